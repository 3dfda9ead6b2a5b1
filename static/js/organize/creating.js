// Suggests an address while the title is typed, until somebody types one; without it the server makes one.
const slug = document.getElementById("field-slug");
const title = document.querySelector("input[name^='title.']");
const LENGTH = 40;

function suggest(text) {
  const plain = text.normalize("NFKD").replace(/\p{M}|['’]/gu, "").toLowerCase();
  let found = "";
  for (const word of plain.match(/[a-z0-9]+/g) ?? []) {
    const longer = found ? `${found}-${word}` : word;
    if (longer.length > LENGTH) break;
    found = longer;
  }
  return found;
}

if (slug && title) {
  let ours = slug.value === "" || slug.value === suggest(title.value);
  slug.addEventListener("input", () => {
    ours = slug.value === "";
  });
  title.addEventListener("input", () => {
    if (ours) slug.value = suggest(title.value);
  });
}
