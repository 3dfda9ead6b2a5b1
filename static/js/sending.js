// While a form is on its way: its button says so, a second press sends nothing, and without a network nothing is lost.
// <form data-offline="You are offline…"> <button data-busy="Sending…">
const PATIENCE = 20_000;

function watch(form) {
  const line = document.createElement("p");
  line.setAttribute("role", "status");
  form.append(line);
  let pressed = null;
  let timer;

  const say = (words, look) => {
    line.textContent = words;
    line.className = words ? look : "visually-hidden";
  };
  const free = () => {
    clearTimeout(timer);
    form.removeAttribute("aria-busy");
    if (pressed) pressed.textContent = pressed.dataset.label;
    pressed = null;
    say("");
  };

  form.addEventListener("submit", (event) => {
    if (form.hasAttribute("aria-busy")) return event.preventDefault();
    if (!navigator.onLine) {
      event.preventDefault();
      return say(form.dataset.offline, "notice notice--warning");
    }
    form.setAttribute("aria-busy", "true");
    timer = setTimeout(free, PATIENCE);
    if (!event.submitter?.dataset.busy) return;
    // Its name and value are still to be sent, so the button is not disabled.
    pressed = event.submitter;
    pressed.dataset.label = pressed.textContent;
    pressed.textContent = pressed.dataset.busy;
    say(pressed.dataset.busy, "visually-hidden");
  });
  window.addEventListener("pageshow", free);
  window.addEventListener("online", free);
}

for (const form of document.querySelectorAll("form[data-offline]")) watch(form);
