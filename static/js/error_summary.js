// Brings the list of mistakes to whoever cannot see it appear: the summary takes focus once the page is there.
const summary = document.querySelector("[data-takes-focus]");
if (summary) {
  summary.focus();
  for (const link of summary.querySelectorAll('a[href^="#"]')) {
    link.addEventListener("click", (event) => {
      const target = document.getElementById(link.hash.slice(1));
      const box = target?.matches("fieldset") ? target.querySelector("input") : target;
      if (!box) return;
      event.preventDefault();
      box.focus();
      box.scrollIntoView({ block: "center" });
    });
  }
}
