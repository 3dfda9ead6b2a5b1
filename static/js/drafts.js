// Keeps what was typed until it is sent, in this tab only: a lost network, an expired page or a refusal costs no word.
// <form data-keep="fair-food-letter"> is kept; an element [data-sent="fair-food-letter"] on the page after forgets it.
// A form without data-keep is never kept: on high-safety campaigns a borrowed phone must remember nothing.
const SKIPPED = ["stamp", "fax_number", "language"];

function storage() {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
}

const isChoice = (box) => ["checkbox", "radio"].includes(box.type);

function boxes(form) {
  return [...form.elements].filter(
    (box) => box.name && !SKIPPED.includes(box.name) && !["hidden", "submit", "button", "file"].includes(box.type),
  );
}

function keep(store, key, form) {
  const values = boxes(form).map((box) => [box.name, box.value, isChoice(box) ? box.checked : null]);
  try {
    store.setItem(key, JSON.stringify(values));
  } catch {
    // Full: the browser's own Back button still has the text.
  }
}

function kept(store, key) {
  try {
    return JSON.parse(store.getItem(key) ?? "[]");
  } catch {
    return []; // Not ours: another page of this address wrote it.
  }
}

function restore(store, key, form) {
  const values = kept(store, key);
  for (const box of boxes(form)) {
    const found = values.find(([name, value]) => name === box.name && (!isChoice(box) || value === box.value));
    if (!found) continue;
    const before = isChoice(box) ? box.checked : box.value;
    if (isChoice(box)) box.checked = found[2];
    // A letter's text and one's country start as ours; who one is starts as what was just confirmed, which is newer.
    else if (box.value === "" || box.matches("select, textarea")) box.value = found[1];
    if ((isChoice(box) ? box.checked : box.value) !== before) box.closest("details")?.setAttribute("open", "");
  }
}

const store = storage();
if (store) {
  // What answers a form becomes a visit, so that Reload and Back ask for the page, and not to send once more.
  if (document.querySelector("[data-keep], [data-kept]")) history.replaceState(history.state, "", location.href);
  for (const sent of document.querySelectorAll("[data-sent]")) store.removeItem(`draft:${sent.dataset.sent}`);
  for (const form of document.querySelectorAll("form[data-keep]")) {
    const key = `draft:${form.dataset.keep}`;
    // <form data-answers> gives back what was typed: that is newer than any draft.
    if ("answers" in form.dataset) keep(store, key, form);
    else restore(store, key, form);
    form.addEventListener("input", () => keep(store, key, form));
    form.addEventListener("submit", () => keep(store, key, form));
  }
}
