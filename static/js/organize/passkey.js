// Asks the browser for a passkey and posts its answer in a form like any. <form data-passkey="get|create" hidden
// data-passkey-options="/address/of/the/options"> with a field `credential`; it is shown where the browser can do it.
// data-passkey-offers: the browser may offer a passkey in the box for the address (autocomplete="… webauthn"), too.
// Source: Web Authentication Level 3, section 5.1.
const bytesOf = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));

function textOf(buffer) {
  const binary = Array.from(new Uint8Array(buffer), (one) => String.fromCharCode(one)).join("");
  return btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

const identified = (list) => (list ?? []).map((one) => ({ ...one, id: bytesOf(one.id) }));

// By hand, since browsers of three years ago cannot read and write these by themselves.
function read(options) {
  const read = { ...options, challenge: bytesOf(options.challenge) };
  if (options.user) read.user = { ...options.user, id: bytesOf(options.user.id) };
  if (options.excludeCredentials) read.excludeCredentials = identified(options.excludeCredentials);
  if (options.allowCredentials) read.allowCredentials = identified(options.allowCredentials);
  return read;
}

function write(credential) {
  const { response } = credential;
  const written = { clientDataJSON: textOf(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) written[name] = textOf(response[name]);
  }
  const transports = response.getTransports?.();
  if (transports) written.transports = transports;
  const { id, type } = credential;
  const clientExtensionResults = credential.getClientExtensionResults();
  return JSON.stringify({ id, rawId: textOf(credential.rawId), type, response: written, clientExtensionResults });
}

async function ask(form, more = {}) {
  const answer = await fetch(form.dataset.passkeyOptions, { credentials: "same-origin", redirect: "error" });
  if (!answer.ok) throw new Error(`${answer.status}`);
  const publicKey = read(await answer.json());
  return navigator.credentials[form.dataset.passkey]({ publicKey, ...more });
}

function send(form, credential) {
  form.elements.credential.value = write(credential);
  form.submit();
}

// A challenge is good for five minutes: what waits longer beside the box gets another.
const OFFER_MILLISECONDS = 4 * 60_000;
let offer;

async function offerPasskeys(form) {
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  for (;;) {
    offer = new AbortController();
    const { signal } = offer;
    const renewal = setTimeout(() => offer.abort("renew"), OFFER_MILLISECONDS);
    try {
      const credential = await ask(form, { mediation: "conditional", signal });
      if (credential && !signal.aborted) return send(form, credential);
    } catch {
      if (signal.reason !== "renew") return; // closed, or the button was pressed instead
    } finally {
      clearTimeout(renewal);
    }
  }
}

function wire(form) {
  const said = form.querySelector("[data-passkey-said]");
  const button = form.querySelector("button");
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    offer?.abort("pressed");
    said.textContent = "";
    button.disabled = true;
    try {
      send(form, await ask(form));
    } catch (error) {
      said.textContent = error.name === "InvalidStateError" ? said.dataset.known : said.dataset.refused;
      button.disabled = false;
      button.focus();
    }
  });
  if ("passkeyOffers" in form.dataset) offerPasskeys(form);
}

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("form[data-passkey]")) wire(form);
} else {
  for (const words of document.querySelectorAll("[data-passkey-lacking]")) words.hidden = false;
}
