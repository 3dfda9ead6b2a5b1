// Keeps the count true while somebody looks at the page: <div data-live-count="/…/count.json" data-milestone="500">.
// In it: [data-count="427"] the number; [data-next="{left} to go"] what is left; .thermometer__mercury the bar;
// [data-end] what it ends at, where that is not the goal.
// Asks only while the page is seen, ever more seldom, never on a connection that saves; tells no screen reader by itself.
const FIRST = 15_000;
const LONGEST = 120_000;
const STEP = 1.5;
const words = new Intl.NumberFormat(document.documentElement.lang, { useGrouping: "always" });
const isCalm = matchMedia("(prefers-reduced-motion: reduce)");

function show(box, confirmed) {
  const milestone = Number(box.dataset.milestone);
  const left = milestone - confirmed;
  const end = box.querySelector("[data-end]");
  if (end) end.textContent = words.format(milestone);
  box.querySelector("[data-count]").textContent = words.format(confirmed);
  box.querySelector(".thermometer__mercury")?.setAttribute("width", Math.min((100 * confirmed) / milestone, 100).toFixed(2));
  const next = box.querySelector("[data-next]");
  // The words are those of several: one step before its end, and past it, the bar alone says it.
  if (next) {
    next.textContent = next.dataset.next.replace("{left}", words.format(left));
    next.hidden = left < 2;
  }
}

function climb(box, from, to) {
  const start = performance.now();
  const step = (now) => {
    const part = isCalm.matches ? 1 : Math.min((now - start) / 800, 1);
    show(box, Math.round(from + (to - from) * part));
    if (part < 1) requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}

function watch(box) {
  let wait = FIRST;
  let timer;
  let shown = Number(box.querySelector("[data-count]").dataset.count);
  const plan = () => {
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(ask, wait);
  };
  const ask = async () => {
    try {
      const answer = await fetch(box.dataset.liveCount, { credentials: "omit" });
      const { confirmed, milestone } = await answer.json();
      if (answer.ok && confirmed !== shown) {
        box.dataset.milestone = milestone;
        climb(box, shown || confirmed, (shown = confirmed));
      }
    } catch {
      wait *= STEP;
    }
    wait = Math.min(wait * STEP, LONGEST);
    plan();
  };
  document.addEventListener("visibilitychange", () => {
    wait = FIRST;
    plan();
  });
  plan();
}

if (!navigator.connection?.saveData) {
  for (const box of document.querySelectorAll("[data-live-count]")) if (box.querySelector("[data-count]")) watch(box);
}
