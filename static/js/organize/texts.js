// Beside each box of Markdown: a small tool bar, and what it looks like, drawn by the server's own renderer.
const WAIT = 600; // milliseconds without a key
const form = document.querySelector("form[data-rendered]");
const csrf = form?.querySelector('input[name="csrf"]')?.value ?? "";
const words = document.documentElement.lang.startsWith("es")
  ? { bar: "Formato", strong: "Negrita", em: "Cursiva", heading: "Título", list: "Lista", link: "Enlace" }
  : { bar: "Formatting", strong: "Bold", em: "Italic", heading: "Heading", list: "List", link: "Link" };

const TOOLS = [
  ["B", words.strong, (text) => `**${text}**`],
  ["I", words.em, (text) => `*${text}*`],
  ["H", words.heading, (text) => `\n\n## ${text}\n\n`],
  ["•", words.list, (text) => text.split("\n").map((line) => `- ${line}`).join("\n")],
  [words.link, words.link, (text) => `[${text}](https://)`],
];

function makeBar(box) {
  const bar = document.createElement("div");
  bar.className = "texts__bar";
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", words.bar);
  for (const [sign, name, change] of TOOLS) {
    const tool = document.createElement("button");
    tool.type = "button";
    tool.className = "texts__tool";
    tool.textContent = sign;
    tool.setAttribute("aria-label", name);
    tool.title = name;
    tool.addEventListener("click", () => {
      const { selectionStart: from, selectionEnd: to, value } = box;
      box.focus();
      box.setRangeText(change(value.slice(from, to)), from, to, "select");
      box.dispatchEvent(new Event("input", { bubbles: true }));
    });
    bar.append(tool);
  }
  box.before(bar);
}

function watch(box) {
  const look = box.parentElement.querySelector("[data-look]");
  let timer = 0;
  let asked = 0;
  const draw = async () => {
    const mine = ++asked;
    const body = new URLSearchParams({ csrf, text: box.value });
    try {
      const answer = await fetch(form.dataset.rendered, { method: "POST", body });
      if (!answer.ok || mine !== asked) return;
      const { html } = await answer.json();
      look.innerHTML = html;
      look.hidden = !html;
    } catch {
      // Offline: the button still shows how it will look.
    }
  };
  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(draw, WAIT);
  });
}

if (form) {
  for (const box of form.querySelectorAll("textarea[data-markdown]")) {
    makeBar(box);
    watch(box);
  }
}
