// Draws the poster anew with each choice of art and colours; without it the button "Preview" does.
const preview = document.querySelector("[data-look-preview]");
const form = document.querySelector(".look__form");

function chosen(name) {
  return form.querySelector(`[name=${name}]:checked`);
}

form.addEventListener("change", () => {
  const art = chosen("art");
  preview.dataset.palette = chosen("palette")?.value || art?.dataset.suits || "tomato";
  preview.querySelector(".art-box--hero")?.remove();
  const drawing = art?.parentElement.querySelector("svg");
  if (!drawing) return;
  const box = document.createElement("span");
  box.className = "art-box art-box--hero";
  box.append(drawing.cloneNode(true));
  preview.querySelector(".poster__foot").after(box);
});
