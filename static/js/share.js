// Copies a page's address, and opens the device's own sharing sheet where there is one. The links work without.
for (const row of document.querySelectorAll("[data-share]")) {
  const box = row.querySelector("[data-share-address]");
  const said = row.querySelector("[role=status]");

  function say(words) {
    // Emptied first, so that the same words are read out once more.
    said.textContent = "";
    setTimeout(() => (said.textContent = words), 50);
  }

  const copy = row.querySelector("[data-share-copy]");
  if (navigator.clipboard) {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(box.value);
        say(said.dataset.copied);
      } catch {
        box.select();
        say(said.dataset.failed);
      }
    });
  }
  box.addEventListener("focus", () => box.select());

  const native = row.querySelector("[data-share-native]");
  if (navigator.share) {
    native.hidden = false;
    native.firstElementChild.addEventListener("click", () => {
      const { title, text } = row.dataset;
      navigator.share({ title, text, url: box.value }).catch(() => {}); // closed without sharing: nothing to say
    });
  }
}
