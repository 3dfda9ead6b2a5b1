// Ctrl-K (or Cmd-K) opens the search of the organizers' side wherever one is; ? lists the keys. The dialogs are the browser's own,
// which keep the focus inside, close with Esc and give the focus back. Without this the link "Search" leads to the same as a page.
const palette = document.querySelector("[data-finder]");
const keys = document.querySelector("[data-keys]");
const KEYS_OFF = "organizer-keys-off";
const PAUSE = 120; // milliseconds without a key before it is asked

const box = palette.querySelector("input");
const list = palette.querySelector("[role=listbox]");
const said = palette.querySelector("[role=status]");
let asked = 0;
let timer;

const options = () => [...list.querySelectorAll("[role=option]")];
const chosen = () => list.querySelector("[aria-selected=true]");

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function choose(option) {
  chosen()?.setAttribute("aria-selected", "false");
  if (option) {
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", option.id);
  } else {
    box.removeAttribute("aria-activedescendant");
  }
}

function show(sorts) {
  let number = 0;
  const groups = sorts.map(({ words, found }) => {
    const rows = found.map(({ title, address }) => {
      const option = element("a", { role: "option", id: `palette-${number++}`, href: address, tabindex: "-1", "aria-selected": "false" }, title);
      return option;
    });
    return element("div", { role: "group", "aria-label": words }, element("p", { class: "palette__sort", "aria-hidden": "true" }, words), ...rows);
  });
  list.replaceChildren(...groups);
  box.setAttribute("aria-expanded", String(number > 0));
  said.textContent = number ? palette.dataset.some.replace("{count}", number) : palette.dataset.none;
  choose(options()[0]);
}

async function ask() {
  const mine = ++asked;
  try {
    const answer = await fetch(`${palette.dataset.find}?q=${encodeURIComponent(box.value)}`, { headers: { Accept: "application/json" } });
    // Signed out meanwhile: the page of the search says so, when Enter leads there.
    if (!answer.ok || answer.redirected) return;
    const { sorts } = await answer.json();
    if (mine === asked) show(sorts);
  } catch {
    // No network: Enter asks the page.
  }
}

function open(dialog) {
  if (document.querySelector("dialog[open]")) return;
  dialog.showModal();
  if (dialog !== palette) return;
  box.value = "";
  box.focus();
  ask();
}

const isTyping = ({ target }) => target instanceof Element && target.closest("input, textarea, select, [contenteditable]");

function areKeysOff() {
  try {
    return localStorage.getItem(KEYS_OFF) === "yes";
  } catch {
    return false;
  }
}

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
    event.preventDefault();
    open(palette);
  } else if (event.key === "?" && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event) && !areKeysOff()) {
    event.preventDefault();
    open(keys);
  }
});

box.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE);
});

box.addEventListener("keydown", (event) => {
  const all = options();
  const at = all.indexOf(chosen());
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (all.length) choose(all[(at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length]);
  } else if (event.key === "Enter" && chosen() && !event.isComposing) {
    event.preventDefault();
    location.assign(chosen().href);
  }
});

// A press beside it closes it, as Esc does.
for (const dialog of [palette, keys]) dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());

document.querySelector("[data-opens-palette]")?.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open(palette);
});

const off = keys.querySelector("[data-keys-off]");
off.checked = areKeysOff();
off.addEventListener("change", () => {
  try {
    if (off.checked) localStorage.setItem(KEYS_OFF, "yes");
    else localStorage.removeItem(KEYS_OFF);
  } catch {
    // Nothing is kept in this browser: the key stays.
  }
});
