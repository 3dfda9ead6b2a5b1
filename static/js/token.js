// Takes what is secret out of the address bar, so that it is neither shared by copying nor kept in the history.
// The language and the step stay: Reload and Back ask for the page anew, and must come to the same place.
// A page whose token is part of the path names its public address: <html> stays, <meta name="public-address" content="…">.
const named = document.querySelector('meta[name="public-address"]')?.content;
const address = new URL(named ?? location.pathname, location.href);
if (address.origin === location.origin && (named || location.search)) {
  const asked = new URLSearchParams(location.search);
  for (const name of named ? ["lang"] : ["lang", "step"]) {
    if (asked.has(name) && !address.searchParams.has(name)) address.searchParams.set(name, asked.get(name));
  }
  history.replaceState(history.state, "", address);
}
