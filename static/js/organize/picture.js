// Says at once that a file is too large, and lets a click on a picture set the point that stays in sight. Both work without.
const file = document.querySelector("input[data-most-bytes]");
file?.addEventListener("change", () => {
  const isTooLarge = [...file.files].some((one) => one.size > Number(file.dataset.mostBytes));
  file.setCustomValidity(isTooLarge ? file.dataset.tooLarge : "");
  if (isTooLarge) file.reportValidity();
});

const point = document.querySelector("[data-focus-point]");
if (point) {
  const picture = point.querySelector("[data-focus-picture]");
  const [across, down] = ["focus_x", "focus_y"].map((name) => point.querySelector(`[name=${name}]`));
  const [upright, level] = picture.querySelectorAll("line");

  function draw() {
    for (const [line, axis, box] of [[upright, "x", across], [level, "y", down]]) {
      const at = Math.min(100, Math.max(0, Number(box.value) || 0));
      line.setAttribute(`${axis}1`, at);
      line.setAttribute(`${axis}2`, at);
    }
  }

  picture.dataset.isLive = "";
  point.querySelector("[data-focus-click]").hidden = false;
  picture.addEventListener("click", (event) => {
    const frame = picture.getBoundingClientRect();
    across.value = Math.round(((event.clientX - frame.left) / frame.width) * 100);
    down.value = Math.round(((event.clientY - frame.top) / frame.height) * 100);
    draw();
  });
  across.addEventListener("input", draw);
  down.addEventListener("input", draw);
}
