// Keeps what was typed until it is sent, in this tab only: a lost network, another language, an expired page or a refusal
// costs no word. <form data-keep="fair-food-letter"> is kept: what differs from the page's own words, so that the page in
// another language keeps its own. Once it is sent it is put aside, and only Back brings it again (the address may have been
// wrong); [data-sent="fair-food-letter"] on the page after says so, with data-counts it is over, and nothing is left.
// A form without data-keep is never kept: on high-safety campaigns a borrowed phone must remember nothing.
const SKIPPED = ["stamp", "fax_number", "language"];
const SENDING = "sending"; // the key of the form that was sent last
const PUT_ASIDE = ""; // when a draft was put aside, among its boxes
const HALF_AN_HOUR = 30 * 60_000;

function storage() {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
}

const isChoice = (box) => ["checkbox", "radio"].includes(box.type);
const valueOf = (box) => (isChoice(box) ? box.checked : box.value);
function ownOf(box) {
  if (isChoice(box)) return box.defaultChecked;
  return box.matches("select") ? ([...box.options].find((option) => option.defaultSelected) ?? box.options[0])?.value : box.defaultValue;
}
const nameOf = (box) => (isChoice(box) ? `${box.name}=${box.value}` : box.name);

function boxes(form) {
  return [...form.elements].filter(
    (box) => box.name && !SKIPPED.includes(box.name) && !["hidden", "submit", "button", "file"].includes(box.type),
  );
}

function read(store, key) {
  try {
    const found = JSON.parse(store.getItem(key) ?? "{}");
    return found && !Array.isArray(found) && typeof found === "object" ? found : {};
  } catch {
    return {}; // Not ours: another page of this address wrote it.
  }
}

// A page that gives back what was typed calls that its own: what was a draft before stays one as long as it says the same.
function keep(store, key, form) {
  const before = read(store, key);
  const changed = boxes(form).filter((box) => valueOf(box) !== ownOf(box) || before[nameOf(box)] === valueOf(box));
  const here = new Set(boxes(form).map(nameOf));
  const elsewhere = Object.entries(before).filter(([name]) => !here.has(name));
  try {
    store.setItem(key, JSON.stringify(Object.fromEntries([...elsewhere, ...changed.map((box) => [nameOf(box), valueOf(box)])])));
  } catch {
    // Full: the browser's own Back button still has the text.
  }
}

function restore(kept, form) {
  for (const box of boxes(form)) {
    const value = kept[nameOf(box)];
    if (value === undefined || value === valueOf(box)) continue;
    if (isChoice(box)) box.checked = value;
    // A letter's text and one's country start as ours; who one is starts as what was just confirmed, which is newer.
    else if (box.value === "" || box.matches("select, textarea")) box.value = value;
    if (valueOf(box) === value) box.closest("details")?.setAttribute("open", "");
  }
}

// What is sent from this page is put aside; where nobody knows which form it was, all of its name.
function putAside(store, sent) {
  const sending = store.getItem(SENDING) ?? "";
  const named = ({ dataset }) => (key) => key === `draft:${dataset.sent}` || key.startsWith(`draft:${dataset.sent}/`);
  const own = Object.keys(store).filter(named(sent));
  for (const key of own.includes(sending) ? [sending] : own) {
    store.setItem(key.replace("draft:", "sent:"), JSON.stringify({ ...read(store, key), [PUT_ASIDE]: Date.now() }));
    store.removeItem(key);
  }
  store.removeItem(SENDING);
  if (!("counts" in sent.dataset)) return;
  for (const key of Object.keys(store)) if (named(sent)(key.replace("sent:", "draft:"))) store.removeItem(key);
}

function bringBack(store, key) {
  const { [PUT_ASIDE]: at, ...kept } = read(store, key.replace("draft:", "sent:"));
  if (!store.getItem(key) && Date.now() - at < HALF_AN_HOUR) store.setItem(key, JSON.stringify(kept));
}

const store = storage();
if (store) {
  // js/token.js leads from a bare address to the private one, and says how the bare one was come to.
  const isBack = [performance.getEntriesByType("navigation")[0]?.type, history.state?.cameBy].includes("back_forward");
  // What answers a form becomes a visit, so that Reload and Back ask for the page, and not to send once more.
  if (document.querySelector("[data-keep], [data-kept]")) history.replaceState(history.state, "", location.href);
  for (const sent of document.querySelectorAll("[data-sent]")) putAside(store, sent);
  for (const form of document.querySelectorAll("form[data-keep]")) {
    const key = `draft:${form.dataset.keep}`;
    if (isBack) bringBack(store, key);
    store.removeItem(SENDING);
    // <form data-answers> gives back what was typed: that is newer than any draft.
    if ("answers" in form.dataset) keep(store, key, form);
    else restore(read(store, key), form);
    form.addEventListener("input", () => keep(store, key, form));
    form.addEventListener("submit", () => {
      keep(store, key, form);
      store.setItem(SENDING, key);
    });
  }
}
