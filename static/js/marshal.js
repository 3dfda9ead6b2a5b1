// The marshal's page: finds names as one types, ticks parties off, adds who walked up; what is tapped goes to the queue
// (js/marshal_queue.js) and shows at once. Rows come written by the server; here they are only shown, hidden and counted.
const root = document.querySelector("[data-marshal]");
const parties = root.querySelector("[data-parties]");
const walked = root.querySelector("[data-walk-ups]");
const find = root.querySelector("[name=find]");
const add = root.querySelector("[data-add]");
const roll = root.querySelector(".marshal__roll");
const none = root.querySelector("[data-none]");
const numbers = new Intl.NumberFormat(document.documentElement.lang);
const { hereOf } = roll.dataset;
let waiting = [];

const fold = (text) =>
  text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .trim();
const nameOf = (row) => row.querySelector(".party__name").textContent.trim();
const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_all, key) => numbers.format(values[key]));
const say = (detail) => root.dispatchEvent(new CustomEvent("marshal:say", { detail }));

function showRow(row, came) {
  const isHere = came > 0;
  row.classList.toggle("party--here", isHere);
  row.querySelector(".party__all").hidden = isHere;
  row.querySelector(".party__undo").hidden = !isHere;
  const line = row.querySelector(".party__here");
  line.hidden = !isHere;
  line.textContent = fill(hereOf, { came, people: Number(row.dataset.size) });
}

function showWalkUps(last) {
  for (const [id, entry] of last) {
    if (!entry.walk_up) continue;
    let row = document.getElementById(`walk-up-${id}`);
    if (!entry.came) row?.remove();
    else if (!row) {
      row = root.querySelector("template[data-walk-up]").content.firstElementChild.cloneNode(true);
      row.id = `walk-up-${id}`;
      const name = row.querySelector("[data-nameless]");
      name.textContent = entry.name || name.dataset.nameless;
      row.querySelector(".party__here").textContent = numbers.format(entry.came);
      row.querySelector(".party__undo").value = id;
      row.dataset.came = entry.came;
      walked.append(row);
    }
  }
}

function show() {
  const last = new Map(waiting.map((entry) => [entry.party ?? entry.walk_up, entry])); // they come in their order
  let here = 0;
  for (const row of parties.children) {
    const came = last.get(row.id.slice("party-".length))?.came ?? Number(row.dataset.came);
    here += came;
    showRow(row, came);
  }
  showWalkUps(last);
  const up = [...walked.children].reduce((sum, row) => sum + Number(row.dataset.came), 0);
  const expected = Number(root.dataset.expected);
  const over = root.dataset.capacity === "" ? 0 : here + up - Number(root.dataset.capacity);
  const put = (name, values) => {
    const line = root.querySelector(`[data-${name}-words]`);
    line.textContent = fill(line.dataset[`${name}Words`], values);
    return line;
  };
  put("here", { here, expected });
  put("walked", { count: up });
  put("over", { count: Math.max(over, 0) }).hidden = over <= 0;
}

function choose() {
  const words = fold(find.value).split(/\s+/);
  let found = 0;
  for (const row of parties.children) {
    const name = fold(nameOf(row));
    row.hidden = !words.every((word) => name.includes(word));
    if (!row.hidden) found += 1;
  }
  none.hidden = found > 0;
}

// Brings the list to what the server wrote, and leaves rows alone that are the same: a thumb may be on one.
function bring(list, html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("ul");
  const known = new Map([...list.children].map((row) => [row.id, row]));
  let place = list.firstElementChild;
  for (const row of [...fresh.children]) {
    let old = known.get(row.id);
    known.delete(row.id);
    if (old && (old.dataset.size !== row.dataset.size || nameOf(old) !== nameOf(row))) {
      if (old === place) place = row;
      old.replaceWith(row);
      old = row;
    }
    old ??= row;
    if (old === place) place = place.nextElementSibling;
    else list.insertBefore(old, place);
  }
  for (const row of known.values()) row.remove();
}

root.addEventListener("marshal:roll", ({ detail }) => {
  root.dataset.expected = detail.expected;
  root.dataset.capacity = detail.capacity ?? "";
  if (detail.parties && detail.list !== root.dataset.list) {
    bring(parties, detail.parties);
    root.dataset.list = detail.list;
  }
  for (const row of parties.children) row.dataset.came = detail.came[row.id.slice("party-".length)] ?? 0;
  const fresh = new DOMParser().parseFromString(detail.walk_ups, "text/html").querySelector("ul");
  if (fresh.textContent !== walked.textContent) walked.replaceChildren(...fresh.children);
  show();
  choose();
});
root.addEventListener("marshal:queue", ({ detail }) => {
  waiting = detail;
  show();
});
root.addEventListener("marshal:closed", () => {
  parties.replaceChildren();
  walked.replaceChildren();
  for (const box of root.querySelectorAll("form :is(button, input)")) box.disabled = true;
});

roll.addEventListener("submit", (event) => {
  event.preventDefault();
  const [party, came] = event.submitter.value.split(" ");
  const row = event.submitter.closest(".party");
  row.querySelector("details")?.removeAttribute("open");
  say({ party, came: Number(came), label: nameOf(row) });
  row.querySelector(Number(came) ? ".party__undo" : ".party__all").focus();
});
walked.closest("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const row = event.submitter.closest(".party");
  say({ walk_up: event.submitter.value, came: 0, name: "", label: nameOf(row) });
  row.remove();
  add.elements.people.focus();
  show();
});
add.addEventListener("submit", (event) => {
  event.preventDefault();
  const { people, name } = add.elements;
  const typed = name.value.trim();
  const label = typed || root.querySelector("template[data-walk-up]").content.querySelector("[data-nameless]").dataset.nameless;
  say({ isNew: true, came: Number(people.value), name: typed, label });
  people.value = 1;
  name.value = "";
});
find.form.addEventListener("submit", (event) => {
  event.preventDefault();
  find.blur(); // the keyboard makes room for the names
});
find.addEventListener("input", choose);
find.addEventListener("focus", () => find.select());

root.dispatchEvent(new CustomEvent("marshal:ready"));
choose();

// Keeps the page for a reload without a network, until its link is over (js/marshal_worker.js).
if (navigator.serviceWorker && globalThis.caches) {
  const files = performance.getEntriesByType("resource").map((entry) => entry.name);
  navigator.serviceWorker
    .register(root.dataset.worker)
    .then(() => Promise.all([caches.open("marshal-pages"), caches.open("marshal-files")]))
    .then(([pages, kept]) =>
      Promise.all([
        pages.addAll([history.state?.private ?? location.href, location.href].map((address) => address.split("#")[0])),
        kept.addAll(files.filter((name) => name.startsWith(`${location.origin}/assets/`))),
      ]),
    )
    .catch(() => {}); // without it the page works as long as it stays open
}
