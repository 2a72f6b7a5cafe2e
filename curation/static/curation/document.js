// One document: v goes through the texts, i shows wide spaces too, a and x judge.
"use strict";

(() => {
  const reading = document.querySelector("[data-reading]");
  const toggle = document.querySelector("[data-invisible]");
  const views = [...document.querySelectorAll("[data-views] a")];
  const form = document.querySelector("[data-judge]");

  const reveal = () => reading?.classList.toggle("shows-all", toggle.checked);
  toggle?.addEventListener("change", reveal);

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
    if (event.key === "v" && views.length) {
      const at = views.findIndex((link) => link.hasAttribute("aria-current"));
      window.location.assign(views[(at + 1) % views.length].href);
    } else if (event.key === "i" && toggle) {
      toggle.checked = !toggle.checked;
      reveal();
    } else if ((event.key === "a" || event.key === "x") && form) {
      form.requestSubmit(form.querySelector(`[value=${event.key === "a" ? "keep" : "drop"}]`));
    }
  });
})();
