// What a marshal tapped, until it has arrived: kept in this browser by its leg, sent again until answered, counted once.
// <div data-marshal="leg" data-roll="/marshal/….json" data-ends="milliseconds">. What happens is told there as events:
// in "marshal:say" (an entry for the JSON door, with `label` for people to read; `isNew` for who just walked up) and "marshal:ready" (tell me all);
// out "marshal:roll" (who is here, as the door last said), "marshal:queue" (what waits), "marshal:closed".
// Each entry has a key of its own in the store, so that two tabs never write over one another.
const root = document.querySelector("[data-marshal]");
const prefix = `marshal:${root.dataset.marshal}:`;
const ends = Number(root.dataset.ends ?? 0);
const POLL = 15_000;
const FIRST = 2_000;
const LONGEST = 60_000;
const MOST = 100;
const MARGIN = 2_000;
const numbers = new Intl.NumberFormat(document.documentElement.lang);
const memory = new Map(); // where the browser keeps nothing: better until the page is closed than not at all
let isVolatile = false;
let isOffline = false;
let isBusy = false;
let state = root.dataset.closed ?? "open"; // "over" still sends what was tapped before; "revoked" and "closed" do not
let wait = FIRST;
let timer;

const read = (key) => {
  try {
    return JSON.parse(memory.get(key) ?? localStorage.getItem(key));
  } catch {
    return null;
  }
};
const write = (key, value) => {
  const words = JSON.stringify(value);
  try {
    localStorage.setItem(key, words);
  } catch {
    memory.set(key, words);
    isVolatile = true;
  }
};
const drop = (key) => {
  memory.delete(key);
  try {
    localStorage.removeItem(key);
  } catch {
    // Nothing is kept there.
  }
};
function keys() {
  const own = (key) => key.startsWith(`${prefix}entry:`);
  try {
    return [...new Set([...Object.keys(localStorage), ...memory.keys()])].filter(own);
  } catch {
    return [...memory.keys()].filter(own);
  }
}
// What is kept of who is here holds names: that of other legs goes, too, once their link is over.
try {
  for (const key of Object.keys(localStorage))
    if (/^marshal:[^:]+:roll$/.test(key) && !(read(key)?.ends > Date.now())) drop(key);
} catch {
  // Nothing is kept there.
}
const entries = () =>
  keys()
    .map(read)
    .filter(Boolean)
    .sort((a, b) => a.at - b.at);
const keep = (entry) => write(`${prefix}entry:${entry.id}`, entry);
const waiting = () => entries().filter((entry) => !entry.refused);
const sends = () => ["open", "over"].includes(state);
const tell = (name, detail) => root.dispatchEvent(new CustomEvent(name, { detail }));

// The door's clock, as far as this phone knows it: two phones whose clocks differ agree which tap came last.
// A quick answer tells it better than a slow one. No tap is ever dated before the one that went before it on this phone.
const knownClock = () => read(`${prefix}clock`) ?? { offset: 0, error: null, last: 0 };
const clock = () => Math.round(Date.now() + knownClock().offset);
function setClock(now, asked) {
  const known = knownClock();
  const found = { offset: now - (asked + Date.now()) / 2, error: (Date.now() - asked) / 2 };
  const agrees = Math.abs(found.offset - known.offset) <= found.error + (known.error ?? Infinity);
  const best = agrees && known.error !== null && known.error <= found.error ? known : found;
  const last = known.last > now + 10_000 ? now : known.last;
  write(`${prefix}clock`, { offset: best.offset, error: best.error, last });
}
function stamp() {
  const known = knownClock();
  const last = Math.max(clock(), known.last + 1);
  write(`${prefix}clock`, { ...known, last });
  return last;
}
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const hex = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-4$3-8$4-$5");
}

function show() {
  const line = root.querySelector("[data-state]");
  const count = sends() ? waiting().length : 0;
  const { sent, unsent, offline, away, volatile, over } = line.dataset;
  let words = count ? (isOffline ? offline : unsent) : isOffline ? away : sent;
  words = (words ?? "").replace("{count}", numbers.format(count));
  if (state !== "open" && over) words = count ? `${over}. ${words}` : over;
  if (isVolatile && count) words += ` ${volatile}`;
  if (line.textContent !== words) line.textContent = words;
  line.classList.toggle("marshal__state--unsent", count > 0);
  const kept = root.querySelector("[data-kept]");
  const list = kept.querySelector("ul");
  const shown = entries().filter((entry) => entry.refused || !sends());
  kept.hidden = !shown.length;
  list.replaceChildren(
    ...shown.map((entry) => {
      const item = document.createElement("li");
      const at = new Date(entry.at).toLocaleTimeString(document.documentElement.lang, { timeStyle: "short" });
      const name = document.createElement("bdi");
      name.textContent = entry.label;
      item.append(name, `: ${numbers.format(entry.came)} · ${at} · ${list.dataset[entry.refused || "waiting"]}`);
      return item;
    }),
  );
  tell("marshal:queue", waiting());
}

// Names go from the page and from the browser; what was tapped stays until it has arrived.
function end(next) {
  state = next;
  drop(`${prefix}roll`);
  globalThis.caches?.open("marshal-pages").then((pages) => pages.delete(location.href.split("#")[0]));
  tell("marshal:closed");
}

async function ask(body, query = "") {
  const address = new URL(root.dataset.roll, location.href);
  if (query) address.searchParams.set("list", query);
  const options = { credentials: "omit", cache: "no-store", signal: AbortSignal.timeout?.(20_000) };
  if (body) Object.assign(options, { method: "POST", body, headers: { "Content-Type": "application/json" } });
  const asked = Date.now();
  const answer = await fetch(address, options);
  if ([404, 410].includes(answer.status)) {
    end("closed");
    leave();
    return null;
  }
  if (!answer.ok) throw Object.assign(new Error("not now"), { status: answer.status });
  const told = await answer.json();
  setClock(told.now, asked);
  return told;
}

// The closed page says why, and shows what is kept; where the browser keeps nothing it would be lost with this page.
function leave() {
  if (!isVolatile) location.reload();
}

async function send() {
  const sent = waiting().slice(0, MOST);
  const told = await ask(JSON.stringify({ entries: sent.map(({ label, ...entry }) => entry) }));
  if (!told) return;
  let early = sent.length;
  for (const [index, reason] of told.answers.entries()) {
    const entry = sent[index];
    if (!reason) drop(`${prefix}entry:${entry.id}`);
    else if (reason === "ahead") keep({ ...entry, at: Math.round(told.now) - early-- });
    else keep({ ...entry, refused: reason });
  }
}

async function poll() {
  const told = await ask("", root.dataset.list);
  if (!told) return;
  const known = read(`${prefix}roll`);
  const roll = { ...told, ends, parties: told.parties ?? (known?.list === told.list ? known.parties : undefined) };
  write(`${prefix}roll`, roll);
  tell("marshal:roll", roll);
}

async function turn() {
  clearTimeout(timer);
  if (isBusy || !sends()) return;
  isBusy = true;
  let failed = false;
  try {
    if (state === "open" && clock() > ends + MARGIN) end("over");
    while (waiting().length && sends()) await send();
    if (state === "open" && !document.hidden) await poll();
    else if (state === "over" && ends) await poll(); // is answered by the page that says so
    isOffline = false;
    wait = FIRST;
  } catch (error) {
    failed = true;
    isOffline = !error.status; // else it was heard, and asked to wait
    wait = Math.min(wait * 2, LONGEST);
  }
  isBusy = false;
  show();
  const left = waiting().length;
  if (state === "open" || (state === "over" && (left || ends))) timer = setTimeout(turn, failed ? wait : left ? 0 : POLL);
}

root.addEventListener("marshal:say", ({ detail }) => {
  const { isNew, ...entry } = detail;
  if (isNew) entry.walk_up = newId();
  keep({ ...entry, id: newId(), at: stamp() });
  show();
  turn();
});
root.addEventListener("marshal:ready", () => {
  const roll = read(`${prefix}roll`);
  // A page that came from the network just now knows more than what was kept before.
  if (roll && state === "open" && roll.now > Number(root.dataset.now)) tell("marshal:roll", roll);
  show();
});
root.querySelector("[data-forget]").addEventListener("click", () => {
  for (const entry of entries()) if (entry.refused || !sends()) drop(`${prefix}entry:${entry.id}`);
  show();
});
addEventListener("online", () => {
  wait = FIRST;
  turn();
});
addEventListener("offline", () => {
  isOffline = true;
  show();
});
addEventListener("storage", show); // another tab of this leg
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) turn();
});
if (state !== "open") end(state);
else if (ends - clock() < 2 ** 31) setTimeout(turn, Math.max(ends - clock() + 2 * MARGIN, 0));
show();
turn();
