// Chooses the country a browser is set to, where nobody has chosen yet, and asks for a postal code only where there is one.
// Public pages are the same for every reader, so it is done here; nothing about it is sent. A clock of the page's own
// country says more than a language does: a phone set to Spanish (Mexico) in Florida is in Florida.
// <select name="country" data-without-postal-code="AE AG …"> beside <input name="postal_code">
const HOME = "US";
const HOME_CLOCKS =
  /^(America\/(New_York|Detroit|Chicago|Menominee|Denver|Boise|Phoenix|Los_Angeles|Anchorage|Juneau|Sitka|Nome|Adak|Yakutat|Metlakatla|(Indiana|Kentucky|North_Dakota)\/\w+)|Pacific\/Honolulu|US\/.+)$/;

export function regionOf(languages, clock) {
  if (HOME_CLOCKS.test(clock)) return HOME;
  return languages.map((tag) => /^[a-z]{2,3}(?:-[a-z]{4})?-([a-z]{2})(?:-|$)/i.exec(tag)?.[1].toUpperCase()).find(Boolean) ?? "";
}

function choose(box) {
  const form = box.form;
  const own = [...box.options].find((option) => option.defaultSelected);
  if (own?.value !== HOME || box.value !== HOME || form.matches("[data-answers]")) return;
  const region = regionOf(navigator.languages ?? [], Intl.DateTimeFormat().resolvedOptions().timeZone ?? "");
  const found = [...box.options].find((option) => option.value === region);
  if (!found || found === own) return;
  own.defaultSelected = false;
  found.defaultSelected = true; // what the page itself says: no draft keeps it (js/drafts.js)
  found.selected = true;
}

function watch(box) {
  const code = box.form?.elements.postal_code;
  const isAsked = code?.required;
  const without = box.dataset.withoutPostalCode.split(" ");
  const show = () => {
    if (!isAsked) return;
    code.required = !without.includes(box.value);
    const mark = code.closest(".field").querySelector(".field__required");
    if (mark) mark.hidden = !code.required;
  };
  choose(box);
  show();
  box.addEventListener("change", show);
  window.addEventListener("pageshow", show); // a draft, or the browser itself, has put another back
}

for (const box of document.querySelectorAll("select[data-without-postal-code]")) watch(box);
