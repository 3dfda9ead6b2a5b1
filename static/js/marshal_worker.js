// Gives a marshal's page again when it is reloaded without a network: as it was last read, and only until its link is over.
// It has its own address beside the pages it serves; it keeps what js/marshal.js put away, and knows no other page.
// Whenever it wakes, pages go whose links are over, also those that nobody opens again: they hold names.
const PAGES = "marshal-pages";
const FILES = "marshal-files";

const endsOf = async (kept) => Number(/data-ends="(\d+)"/.exec((await kept?.clone().text()) ?? "")?.[1] ?? 0);

async function sweep() {
  const pages = await caches.open(PAGES);
  for (const request of await pages.keys()) {
    const ends = await endsOf(await pages.match(request.url)); // 0 of one that is just being written anew
    if (ends && ends <= Date.now()) await pages.delete(request.url);
  }
}

async function page(request) {
  const pages = await caches.open(PAGES);
  try {
    const answer = await fetch(request);
    if (answer.ok) await pages.put(request.url, answer.clone());
    else if ([404, 410].includes(answer.status)) await pages.delete(request.url);
    return answer;
  } catch {
    const kept = await pages.match(request.url);
    if ((await endsOf(kept)) > Date.now()) return kept;
    await pages.delete(request.url);
    return Response.error();
  }
}

async function file(request) {
  const files = await caches.open(FILES);
  return (await files.match(request.url)) ?? fetch(request);
}

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(Promise.all([clients.claim(), sweep()])));
addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") {
    event.respondWith(page(request));
    event.waitUntil(sweep());
  } else if (pathname.startsWith("/assets/")) event.respondWith(file(request));
});
