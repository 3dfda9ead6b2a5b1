// A private page's address holds what must not be shared. It leaves the address bar at once and stays with this entry of
// this tab's history, for half an hour after it was last seen: Reload, Back and Forward ask for the bare address, whose
// page leads back here. Without JavaScript the address bar keeps it. Read before anything is drawn (no module).
// <meta name="private-address" content="…">, with <meta name="public-address" content="/what/the/bar/shows">:
//   here      this address is the private one            /a/path?t=…  where this page can be had again: it answers a form
//   (empty)   nothing private here: lead back, if this entry had something               nowhere  keep nothing of it
//   forget    the visit is over: nothing of it stays in this tab, neither addresses nor drafts; [data-forgets] as well
(() => {
  const HALF_AN_HOUR = 30 * 60_000;
  const FORGOTTEN = "forgotten";
  const told = (name) => document.querySelector(`meta[name="${name}"]`)?.content.trim() ?? "";
  const own = told("private-address");
  const asked = new URLSearchParams(location.search);

  function forgottenAt() {
    try {
      return Number(sessionStorage.getItem(FORGOTTEN));
    } catch {
      return 0;
    }
  }

  function forget() {
    try {
      sessionStorage.clear();
      sessionStorage.setItem(FORGOTTEN, Date.now());
    } catch {
      // Nothing can be stored here, so nothing was.
    }
  }

  // How the bare address was come to: what one typed comes back by Back alone (js/drafts.js).
  function handOver(cameBy) {
    try {
      sessionStorage.setItem("came-by", cameBy);
    } catch {
      // Then it does not come back.
    }
  }

  function takeOver() {
    try {
      const cameBy = sessionStorage.getItem("came-by") ?? undefined;
      sessionStorage.removeItem("came-by");
      return cameBy;
    } catch {
      return undefined;
    }
  }

  const isGood = (state) => Boolean(state?.private) && state.at > forgottenAt() && state.until > Date.now();

  if (own || asked.has("t")) {
    const bar = new URL(told("public-address") || location.pathname + location.search, location.href);
    bar.searchParams.delete("t");
    if (asked.has("lang") && !bar.searchParams.has("lang")) bar.searchParams.set("lang", asked.get("lang"));
    bar.hash = location.hash;
    const address = own === "here" ? location.pathname + location.search + location.hash : own;
    const at = Date.now();
    const until = Number(told("private-until")) || at + HALF_AN_HOUR;
    if (own === "forget") forget();
    const cameBy = takeOver();
    history.replaceState(address.startsWith("/") ? { private: address, at, until, cameBy } : null, "", bar);
  } else if (isGood(history.state)) {
    handOver(performance.getEntriesByType("navigation")[0]?.type ?? "");
    location.replace(history.state.private);
  }

  addEventListener("click", (event) => {
    if (event.target.closest?.("[data-forgets]")) forget();
  });
  // A page that the browser kept whole knows nothing of what was forgotten since.
  addEventListener("pageshow", (event) => {
    if (event.persisted && history.state?.private && !isGood(history.state)) location.reload();
  });
})();
