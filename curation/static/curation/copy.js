// Copy buttons: <button data-copy="id"> copies the text of #id and says so for two seconds.
"use strict";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  const selection = window.getSelection();
  selection.selectAllChildren(source);
  try {
    // Only there on https and localhost; elsewhere the selection is ready for Ctrl-C.
    await navigator.clipboard.writeText(source.textContent);
  } catch {
    return;
  }
  selection.removeAllRanges();
  const said = button.textContent;
  button.textContent = button.dataset.copied;
  setTimeout(() => { button.textContent = said; }, 2000);
});
