// Rows of links that scroll by themselves on a phone begin at the page one is on.
for (const link of document.querySelectorAll(".desk__places [aria-current], .desk-rooms [aria-current]")) {
  const row = link.parentElement;
  const [there, here] = [row.getBoundingClientRect(), link.getBoundingClientRect()];
  row.scrollLeft += here.left + here.width / 2 - (there.left + there.width / 2);
}
