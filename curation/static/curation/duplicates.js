// One duplicate group: arrows go from member to member and only the pair beside the list moves;
// Enter keeps the right one, m says that the two are no duplicates, u takes the last word back.
"use strict";

(() => {
  const list = document.querySelector("[data-members]");
  if (!list) return;
  const address = list.closest("[data-pair]").dataset.pair;
  const links = () => [...list.querySelectorAll("[data-member]")];
  const pair = () => document.getElementById("pair");

  function mark() {
    for (const link of links()) {
      if (link.dataset.member === pair().dataset.right) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  // The page's own address says the same as the fragment's: a reload shows what is shown.
  const show = (href) =>
    window.htmx
      .ajax("GET", address + new URL(href, window.location).search, { target: "#pair-slot" })
      .then(mark);

  function step(by) {
    const all = links();
    const at = all.findIndex((link) => link.hasAttribute("aria-current"));
    let next = at + by;
    // The left one is on both sides otherwise: nothing to see.
    if (all[next]?.dataset.member === pair().dataset.left && all[next + by]) next += by;
    const link = all[next];
    if (!link) {
      const turn = document.querySelector(`.member-list a[rel=${by > 0 ? "next" : "prev"}]`);
      if (turn && at !== -1) window.location.assign(turn.href);
      return;
    }
    link.focus({ preventScroll: true });
    link.scrollIntoView({ block: "nearest" });
    show(link.href);
  }

  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const stepper = event.target.closest("[data-step]");
    if (stepper) return step(Number(stepper.dataset.step));
    const link = event.target.closest("[data-member], [data-window]");
    if (!link) return;
    event.preventDefault();
    show(link.href).then(() => {
      if (link.matches("[data-window]")) pair().querySelector(".diff").scrollIntoView();
    });
  });

  const press = (name) => pair().querySelector(`[data-do=${name}]`)?.click();

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      event.preventDefault();
      step(event.key === "ArrowRight" ? 1 : -1);
    } else if (event.key === "Enter") {
      // On a button or a link Enter is theirs; but on the member that is shown already.
      const own = event.target.closest("a, button, summary");
      if (own && !own.matches("[data-member][aria-current]")) return;
      event.preventDefault();
      press("keep");
    } else if (event.key === "m" || event.key === "u") {
      event.preventDefault();
      press(event.key === "m" ? "apart" : "undo");
    }
  });
})();
