// Takes what is secret out of the address bar, so that it is neither shared by copying nor kept in the history.
// A page whose token is part of the path names its public address: <html> stays, <meta name="public-address" content="…">.
const named = document.querySelector('meta[name="public-address"]')?.content;
const address = new URL(named ?? location.pathname, location.href);
if (address.origin === location.origin && (named || location.search)) {
  const lang = new URLSearchParams(location.search).get("lang");
  if (lang && !address.search) address.searchParams.set("lang", lang);
  history.replaceState(history.state, "", address);
}
