// Sends files one after another and shows how far each is. Without this script the
// form works as it is; with it, one file that is refused does not take the others along.
"use strict";

(() => {
  const form = document.querySelector("form[data-upload]");
  if (!form) return;
  const input = form.querySelector("input[type=file]");
  const zone = form.querySelector("[data-drop]");
  const list = form.querySelector("[data-files]");
  const button = form.querySelector("button[type=submit], button:not([type])");
  const words = form.dataset;
  let sending = false;

  form.querySelector("[data-script-only]").hidden = false;

  // The whole window takes files: one that is dropped beside the zone was meant for it.
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("is-over");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) zone.classList.remove("is-over");
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("is-over");
    if (sending || !event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    show();
  });
  input.addEventListener("change", show);

  function show() {
    list.replaceChildren(...[...input.files].map(row));
  }

  function row(file) {
    const item = document.createElement("li");
    const name = document.createElement("span");
    const bar = document.createElement("progress");
    const state = document.createElement("span");
    name.textContent = file.name;
    bar.max = file.size || 1;
    bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    state.textContent = words.waiting;
    item.append(name, bar, state);
    item.file = file;
    item.say = (text, tone) => {
      state.textContent = text;
      state.className = tone || "";
    };
    item.bar = bar;
    return item;
  }

  function send(item) {
    if (item.file.size > Number(words.most)) {
      item.say(words.tooLarge, "is-bad");
      return Promise.resolve(false);
    }
    const body = new FormData(form);
    body.delete(input.name);
    body.append(input.name, item.file);
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open("POST", form.action || window.location.href);
      request.setRequestHeader("Accept", "application/json");
      request.responseType = "json";
      request.upload.addEventListener("progress", (event) => {
        item.bar.value = Math.min(event.loaded, item.bar.max);
        const share = event.total ? Math.floor((100 * event.loaded) / event.total) : 0;
        item.say(share < 100 ? `${share} %` : words.saving);
      });
      request.addEventListener("load", () => resolve(answered(item, request)));
      request.addEventListener("error", () => {
        item.say(words.lost, "is-bad");
        resolve(false);
      });
      request.send(body);
    });
  }

  function answered(item, request) {
    const answer = request.response || {};
    if (request.status !== 200 || !answer.url) {
      item.say(`✕ ${answer.error || request.statusText || request.status}`, "is-bad");
      return false;
    }
    item.bar.value = item.bar.max;
    const link = document.createElement("a");
    link.href = answer.url;
    link.textContent = answer.said;
    item.lastChild.replaceChildren(link);
    return true;
  }

  form.addEventListener("submit", async (event) => {
    if (!input.files.length) return;
    event.preventDefault();
    if (sending) return;
    sending = true;
    button.disabled = true;
    let good = true;
    for (const item of [...list.children]) good = (await send(item)) && good;
    sending = false;
    button.disabled = false;
    const finished = form.querySelector("[data-finished]");
    finished.hidden = false;
    if (good) window.location.assign(finished.href);
    else input.value = "";
  });

  window.addEventListener("beforeunload", (event) => {
    if (sending) event.preventDefault();
  });
})();
