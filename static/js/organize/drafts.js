// Keeps what an organizer typed until it is sent, in this tab only, by account and by the form's address: a lost network, a reload or
// a session that ended costs no word. Gone once it is sent, and from every tab of this browser with signing out.
// A box is filled again only where the page still has the words that it had then: what a colleague saved meanwhile is never
// covered by a draft. <form data-no-draft> is never kept. (What supporters type: js/drafts.js.)
const PREFIX = "organizer:draft:";
const SENDING = "organizer:sending";
const SIGNED_OUT = "organizer:signed-out"; // in localStorage: when, for tabs that the message does not reach
const NEVER = ["hidden", "submit", "button", "file", "password"];

function storages() {
  try {
    return [window.sessionStorage, window.localStorage];
  } catch {
    return [];
  }
}

const [store, shared] = storages();
const isChoice = (box) => ["checkbox", "radio"].includes(box.type);
const valueOf = (box) => (isChoice(box) ? box.checked : box.value);
const nameOf = (box) => (isChoice(box) ? `${box.name}=${box.value}` : box.name);
const keysOf = (start) => Object.keys(store).filter((key) => key.startsWith(start));

function ownOf(box) {
  if (isChoice(box)) return box.defaultChecked;
  return box.matches("select") ? ([...box.options].find((option) => option.defaultSelected) ?? box.options[0])?.value : box.defaultValue;
}

function boxes(form) {
  return [...form.elements].filter((box) => box.name && !NEVER.includes(box.type) && box.autocomplete !== "one-time-code");
}

function read(key) {
  try {
    const found = JSON.parse(store.getItem(key) ?? "{}");
    return found && typeof found === "object" && !Array.isArray(found) ? found : {};
  } catch {
    return {};
  }
}

function forgetAll(start = PREFIX) {
  for (const key of keysOf(start)) store.removeItem(key);
}

// `owns`: what the page itself said before anything was typed, by box; a refused form's page has what was typed instead.
function keep(key, form, owns) {
  const changed = boxes(form).filter((box) => valueOf(box) !== owns[nameOf(box)]);
  try {
    if (!changed.length) store.removeItem(key);
    else store.setItem(key, JSON.stringify({ at: Date.now(), boxes: Object.fromEntries(changed.map((box) => [nameOf(box), [owns[nameOf(box)], valueOf(box)]])) }));
  } catch {
    // Full: the page still has it.
  }
}

function restore(key, form) {
  const kept = read(key).boxes ?? {};
  let count = 0;
  for (const box of boxes(form)) {
    const [own, value] = kept[nameOf(box)] ?? [];
    if (value === undefined || own !== ownOf(box) || value === valueOf(box)) continue;
    if (isChoice(box)) box.checked = value;
    else box.value = value;
    box.closest("details")?.setAttribute("open", "");
    count += 1;
  }
  return count;
}

function tell(form, key, words) {
  const discard = document.createElement("button");
  Object.assign(discard, { type: "button", className: "button button--quiet", textContent: words.discard });
  const line = document.createElement("p");
  line.textContent = words.restored;
  const notice = document.createElement("div");
  notice.className = "notice notice--info";
  notice.setAttribute("role", "status");
  notice.append(line, discard);
  discard.addEventListener("click", () => {
    store.removeItem(key);
    form.reset();
    notice.remove();
    boxes(form)[0]?.focus();
  });
  form.before(notice);
}

if (store) {
  const { account, ...words } = document.body.dataset;
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("organizers") : null;
  channel?.addEventListener("message", ({ data }) => data === "signed out" && forgetAll());
  const out = Number(shared.getItem(SIGNED_OUT) ?? 0);
  for (const key of keysOf(PREFIX)) if ((read(key).at ?? 0) < out) store.removeItem(key);

  const isBack = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  const isRefused = document.querySelector("[data-takes-focus], [data-kept]") !== null;
  const sent = store.getItem(SENDING);
  // What answers a form is a page after it: then it is sent. A refusal, or Back after no answer, keeps it.
  if (sent && !isRefused && !isBack) store.removeItem(sent);
  store.removeItem(SENDING);

  if (account) {
    const own = `${PREFIX}${account}:`;
    for (const key of keysOf(PREFIX)) if (!key.startsWith(own)) store.removeItem(key);
    for (const form of document.querySelectorAll("form.desk-form[method=post]:not([data-no-draft])")) {
      const key = own + new URL(form.action).pathname;
      const before = read(key).boxes ?? {};
      const owns = Object.fromEntries(boxes(form).map((box) => [nameOf(box), isRefused ? (before[nameOf(box)]?.[0] ?? ownOf(box)) : ownOf(box)]));
      if (!isRefused && restore(key, form)) tell(form, key, words);
      form.addEventListener("input", () => keep(key, form, owns));
      form.addEventListener("submit", () => {
        keep(key, form, owns);
        store.setItem(SENDING, key);
      });
    }
  }
  for (const form of document.querySelectorAll("form[data-signs-out]")) {
    form.addEventListener("submit", () => {
      forgetAll();
      try {
        shared.setItem(SIGNED_OUT, String(Date.now()));
      } catch {
        // Full: the message reaches the other tabs.
      }
      channel?.postMessage("signed out");
    });
  }
}
