// What every page does: keys, the confirmation dialog, menus that close.
// Texts come from the page (data attributes), so that they are translated.
"use strict";

(() => {
  const byId = (id) => document.getElementById(id);

  // While an input method composes, or somebody types, keys belong to the text.
  const typing = (event) =>
    event.isComposing ||
    event.keyCode === 229 ||
    event.ctrlKey || event.metaKey || event.altKey ||
    event.target.closest("input:not([type=checkbox],[type=radio],[type=button],[type=submit]), textarea, select, [contenteditable]");

  // -- lists: any element with data-list holds items (tr or li) with data-item ----------------
  const items = () => [...document.querySelectorAll("[data-list] [data-item]")];

  function move(step) {
    const all = items();
    if (!all.length) return;
    const at = all.findIndex((item) => item.classList.contains("is-current"));
    const next = all[Math.min(all.length - 1, Math.max(0, at === -1 ? 0 : at + step))];
    all.forEach((item) => item.classList.toggle("is-current", item === next));
    (next.querySelector("a, button") || next).focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
    next.dispatchEvent(new CustomEvent("list:current", { bubbles: true }));
  }

  // -- g then a letter: the main navigation's links carry data-go -------------------------------
  let going = 0;

  function go(key) {
    const link = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
    if (link) window.location.assign(link.href);
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || typing(event) || document.querySelector("dialog[open]")) return;
    const key = event.key;
    if (going && Date.now() - going < 1500) {
      going = 0;
      if (/^[a-z]$/.test(key)) {
        event.preventDefault();
        go(key);
      }
      return;
    }
    if (key === "g") going = Date.now();
    else if (key === "?") byId("help-dialog")?.showModal();
    else if (key === "/") {
      const search = document.querySelector("[data-search], input[type=search]");
      if (!search) return;
      event.preventDefault();
      search.focus();
      search.select?.();
    } else if (key === "j") move(1);
    else if (key === "k") move(-1);
  });

  // -- a named confirmation before what cannot be undone --------------------------------------
  // <form data-confirm="Cancel run 12?" data-confirm-detail="…" data-confirm-action="Cancel the run">
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const question = event.submitter?.dataset.confirm || form.dataset.confirm;
    const dialog = byId("confirm-dialog");
    if (!question || !dialog || form.dataset.confirmed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const asked = { ...form.dataset, ...event.submitter?.dataset };
    dialog.querySelector("[data-slot=question]").textContent = question;
    dialog.querySelector("[data-slot=detail]").textContent = asked.confirmDetail || "";
    const action = dialog.querySelector("[data-slot=action]");
    action.textContent = asked.confirmAction || event.submitter?.textContent.trim() || "OK";
    // What takes nothing away does not look as if it did.
    const harmless = Boolean(event.submitter?.classList.contains("is-primary"));
    action.classList.toggle("is-primary", harmless);
    action.classList.toggle("is-danger", !harmless);
    dialog.returnValue = "";
    dialog.showModal();
    // Enter does what is asked for, unless that takes something away: then it goes back.
    (harmless ? action : dialog.querySelector("[data-back]")).focus();
    dialog.addEventListener(
      "close",
      () => {
        if (dialog.returnValue !== "yes") return;
        form.dataset.confirmed = "yes";
        form.requestSubmit(event.submitter);
        delete form.dataset.confirmed;
      },
      { once: true },
    );
  }, true);

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-help]")) {
      event.preventDefault();
      byId("help-dialog")?.showModal();
    }
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
    // A click on the backdrop closes a dialog: the dialog itself is then the target.
    if (event.target.nodeName === "DIALOG") event.target.close();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // -- parts of a page that ask again by themselves ------------------------------------------------
  // A session may end while the page is open: the login then wants the whole window.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const answered = event.detail.xhr.responseURL;
    if (!answered || new URL(answered).pathname !== "/login/") return;
    event.detail.shouldSwap = false;
    window.location.reload();
  });
  // What one was on is still under the hand when a part comes anew: found again by where it
  // leads and what it says. (htmx does so itself for what has an id.)
  let held = null;
  const kind = (element) => `${element.tagName} ${element.getAttribute("href")} ${element.textContent}`;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const active = document.activeElement;
    held = active.closest("main") && !active.id ? kind(active) : null;
  });
  document.addEventListener("htmx:afterSwap", () => {
    if (!held || document.activeElement !== document.body) return;
    const all = document.querySelectorAll("main a, main button, main summary");
    const again = [...all].find((element) => kind(element) === held);
    held = null;
    again?.focus({ preventScroll: true });
    again?.closest("[data-item]")?.classList.add("is-current");
  });
  const offline = (hidden) => {
    const notice = byId("offline");
    if (notice) notice.hidden = hidden;
  };
  document.addEventListener("htmx:sendError", () => offline(false));
  document.addEventListener("htmx:afterOnLoad", () => offline(true));

  // Choices that take effect at once: <select data-submit>.
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
  });
})();
