// One document: v goes through the texts, t shows tokens, i h r show more, n and p go from mark to
// mark, the arrows from document to document of the list, c goes to the comment, a and x judge, u takes it back. What moves is asked from the server, by htmx.
"use strict";

(() => {
  const form = document.querySelector("[data-judge]");
  const comment = document.querySelector("[data-comment]");
  const views = () => [...document.querySelectorAll("[data-views] a")];
  const hits = () => [...document.querySelectorAll("[data-reading] [data-hit]")];
  //: The view to go back to from the tokens.
  let before = "normalised";
  //: After a step into another window: 1 for its first mark, -1 for its last.
  let entering = 0;

  function turn() {
    const all = views();
    const at = all.findIndex((link) => link.hasAttribute("aria-current"));
    all[(at + 1) % all.length]?.click();
  }

  function tokens() {
    const all = views();
    const current = all.find((link) => link.hasAttribute("aria-current"))?.dataset.view;
    if (current !== "tokens") before = current;
    all.find((link) => link.dataset.view === (current === "tokens" ? before : "tokens"))?.click();
  }

  function jump(step) {
    const all = hits();
    if (!all.length && !document.querySelector("[data-hits]")) return;
    const at = all.findIndex((hit) => hit.classList.contains("is-current"));
    const next = at === -1 ? (step > 0 ? 0 : all.length - 1) : at + step;
    if (next >= 0 && next < all.length) return mark(all, next);
    const beyond = document.querySelector(step > 0 ? "[data-later]" : "[data-earlier]");
    if (!beyond) return mark(all, (next + all.length) % all.length);
    entering = step;
    beyond.click();
  }

  function mark(all, number) {
    if (!all[number]) return;
    all.forEach((hit, at) => hit.classList.toggle("is-current", at === number));
    all[number].focus({ preventScroll: true });
    all[number].scrollIntoView({ block: "center" });
    const about = document.querySelector("[data-hits]");
    const said = about?.querySelector("[data-at]");
    if (said) said.textContent = ` · ${Number(about.dataset.before) + number + 1} / ${about.dataset.all}`;
  }

  document.addEventListener("htmx:afterSettle", () => {
    if (!entering) return;
    const all = hits();
    mark(all, entering > 0 ? 0 : all.length - 1);
    entering = 0;
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-jump]");
    if (button) jump(Number(button.dataset.jump));
    // A rule that was chosen begins at its first mark.
    if (event.target.closest(".marks a")) entering = 1;
  });

  comment?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    comment.requestSubmit();
  });

  const steps = { ArrowLeft: -1, ArrowRight: 1 };
  const verdicts = { a: "keep", x: "drop", u: "withdrawn" };
  const toggles = { i: "invisible", h: "scripts", r: "ruby" };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
    if (event.key === "v") turn();
    else if (event.key === "t") tokens();
    else if (event.key === "n") jump(1);
    else if (event.key === "p") jump(-1);
    else if (steps[event.key]) document.querySelector(`[data-step="${steps[event.key]}"]`)?.click();
    else if (toggles[event.key]) document.querySelector(`[data-toggle=${toggles[event.key]}]`)?.click();
    else if (event.key === "c" && comment) {
      event.preventDefault();
      comment.querySelector("textarea").focus();
    } else if (verdicts[event.key]) {
      form?.querySelector(`[value=${verdicts[event.key]}]`)?.click();
    }
  });
})();
