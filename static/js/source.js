// Takes a word of where a visitor came from along: into the forms of this page, and on to our other pages.
// Without it the browser's own Referer does nearly the same; this is for browsers that keep it to themselves, and for
// the way over a page that is the same for everybody. Nothing is stored.
const NAMES = ["source", "utm_source", "utm_medium", "utm_campaign"];
const asked = new URLSearchParams(location.search);
const words = NAMES.filter((name) => asked.get(name)).map((name) => [name, asked.get(name)]);

if (words.length) {
  const said = Object.fromEntries(words);
  const parts = [said.source || said.utm_source || "", said.utm_medium || "", said.utm_campaign || ""];
  const source = parts.map((part) => part.replaceAll("/", "-")).join("/");
  for (const box of document.querySelectorAll('form[data-action-kind] input[name="source"]')) {
    if (!box.value) box.value = source;
  }
  for (const link of document.querySelectorAll('a[href^="/"]')) {
    const address = new URL(link.href);
    for (const [name, word] of words) if (!address.searchParams.has(name)) address.searchParams.set(name, word);
    link.href = address.pathname + address.search + address.hash;
  }
}
