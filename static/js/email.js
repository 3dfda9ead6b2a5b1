// Sees a slip of the finger in a mailbox's domain ("gmial.com") and offers to mend it; changes and holds back nothing.
// <input type="email" data-did-you-mean="Did you mean {address}?">
const KNOWN =
  "gmail.com hotmail.com outlook.com yahoo.com icloud.com protonmail.com proton.me live.com mail.com email.com ymail.com " +
  "aol.com msn.com me.com gmx.com gmx.de web.de rocketmail.com googlemail.com fastmail.com hotmail.es hotmail.com.ar " +
  "outlook.es yahoo.es yahoo.com.mx yahoo.com.ar yahoo.com.br live.com.mx live.com.ar comcast.net verizon.net cloud.com " +
  "sbcglobal.net bellsouth.net earthlink.net telefonica.net movistar.es orange.es prodigy.net.mx fibertel.com.ar " +
  "speedy.com.ar adinet.com.uy cantv.net";
const domains = KNOWN.split(" ");
const CALM = 600;

// Damerau-Levenshtein (optimal string alignment): letters left out, put in, changed, or two that changed places.
export function distance(a, b) {
  const rows = [[...b, ""].map((_, at) => at)];
  for (let i = 1; i <= a.length; i++) {
    rows[i] = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      rows[i][j] = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
      }
    }
  }
  return rows[a.length][b.length];
}

// "ana@gmial.com" to "ana@gmail.com"; "" where nothing is to be said. Short names have too many true neighbours, and a
// known name under a country's own ending (yahoo.ca, hotmail.com.pe) is somebody's mailbox.
export function mended(address) {
  const [, local, domain] = address.trim().toLowerCase().match(/^([^@\s]+)@([a-z0-9-]+(?:\.[a-z0-9-]+)*)$/) ?? [];
  if (!domain || domains.includes(domain)) return "";
  const [name, ...ending] = domain.split(".");
  const isNational = /^[a-z]{2}$/.test(ending.at(-1)) && !/^(co|cm|om)$/.test(ending.at(-1));
  if (isNational && domains.some((known) => known.startsWith(`${name}.`))) return "";
  const near = (known) => (known.indexOf(".") < 5 ? 9 : distance(domain, known));
  const best = domains.reduce((kept, known) => (near(known) < near(kept) ? known : kept));
  return near(best) <= 2 ? `${address.trim().slice(0, local.length)}@${best}` : "";
}

function watch(box) {
  const line = document.createElement("p");
  line.className = "field__mend";
  line.setAttribute("role", "status");
  box.after(line);
  const offer = () => {
    const address = mended(box.value);
    line.replaceChildren();
    if (!address) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "field__mend-button";
    button.textContent = box.dataset.didYouMean.replace("{address}", address);
    button.addEventListener("click", () => {
      box.value = address;
      box.dispatchEvent(new Event("input", { bubbles: true }));
      line.replaceChildren();
      box.focus();
    });
    line.append(button);
  };
  // After a pause, never on leaving the box: what appears must not push the next button from under a finger.
  let timer;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(offer, CALM);
  };
  box.addEventListener("input", soon);
  if (box.value) soon();
}

for (const box of document.querySelectorAll("[data-did-you-mean]")) watch(box);
