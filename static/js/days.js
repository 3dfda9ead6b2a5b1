// Days of a march: what is chosen in a word and what is ticked day by day never say two things. Who ticks a day wants
// some days; who wants all of them, or the last, has no day ticked beside it. Without this script the service asks.
for (const form of document.querySelectorAll("form.form--rsvp")) {
  const days = [...form.querySelectorAll("[name=legs]")];
  const more = form.querySelector(".more--group");
  form.addEventListener("change", ({ target }) => {
    if (target.name === "legs" && target.checked) {
      const some = form.querySelector("[name=part][value=days]");
      if (some) some.checked = true;
    } else if (target.name === "part" && target.value !== "days") {
      for (const day of days) day.checked = false;
    } else if (target.name !== "part") return;
    const open = days.filter((day) => !day.disabled);
    const part = form.querySelector("[name=part]:checked")?.value;
    const chosen = part === "all" ? open : part === "finale" ? open.slice(-1) : open.filter((day) => day.checked);
    if (more && chosen.some((day) => "needsMore" in day.dataset)) more.open = true;
  });
}
