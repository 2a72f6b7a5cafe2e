// Judging without waiting: the next card is already here, verdicts are recorded behind it,
// one after the other, and a verdict that is refused comes back with its card.
"use strict";

(() => {
  const desk = document.getElementById("desk");
  if (!desk) return;
  const slot = (name, root = desk) => root.querySelector(`[data-slot=${name}]`);
  const token = () => desk.querySelector("[name=csrfmiddlewaretoken]")?.value || "";
  const card = () => slot("card").querySelector("[data-card]");
  const parse = (html) => new DOMParser().parseFromString(html, "text/html").body;

  // Requests go one by one, so that an undo always follows what it undoes.
  let last = Promise.resolve();
  const queued = (work) => (last = last.then(work, work));

  const send = (url, data) =>
    fetch(url, {
      method: "POST",
      body: data,
      headers: { "X-Review": "1", "X-CSRFToken": token() },
      credentials: "same-origin",
    });

  function say(text) {
    slot("error").replaceChildren();
    if (!text) return;
    const notice = document.createElement("div");
    notice.className = "notice is-bad";
    notice.setAttribute("role", "alert");
    notice.append(Object.assign(document.createElement("span"), { textContent: text }));
    slot("error").append(notice);
  }

  const held = () => [...desk.querySelectorAll("[data-card]")].map((item) => item.dataset.card);

  function show(next) {
    slot("card").replaceChildren(...(next ? [next] : []));
    window.scrollTo({ top: 0 });
  }

  function wholeDesk(html) {
    desk.replaceChildren(...parse(html).childNodes);
    window.scrollTo({ top: 0 });
  }

  async function judge(form, verdict) {
    const judged = card();
    const data = new FormData(form);
    data.set("verdict", verdict);
    const next = slot("ahead").querySelector("[data-card]");
    data.set("held", [judged.dataset.card, ...held()].slice(0, 12).join(","));
    show(next);
    say("");
    await queued(async () => {
      let answer;
      try {
        answer = await send(desk.dataset.judge, data);
      } catch {
        return giveBack(judged);
      }
      const html = await answer.text();
      if (answer.status === 409) return wholeDesk(html);
      if (!answer.ok) return giveBack(judged);
      const fresh = parse(html);
      slot("beside").replaceChildren(...slot("beside", fresh).childNodes);
      const known = new Set(held());
      for (const item of [...slot("ahead", fresh).children]) {
        if (!known.has(item.dataset.card)) slot("ahead").append(item);
      }
      if (!card()) await refill();
    });
  }

  // Nothing is lost when the workbench does not answer: the card is on top again.
  function giveBack(judged) {
    const shown = card();
    if (shown) slot("ahead").prepend(shown);
    show(judged);
    say(desk.dataset.offline);
  }

  // Nothing on screen: the next card has come, or the queue is at its end.
  async function refill() {
    const next = slot("ahead").querySelector("[data-card]");
    if (next) return show(next);
    window.location.assign(desk.dataset.page);
  }

  const undo = () =>
    queued(async () => {
      try {
        const answer = await send(desk.dataset.undo, new FormData());
        const text = await answer.text();
        if (answer.ok) wholeDesk(text);
        else say(answer.status === 409 ? text : desk.dataset.offline);
      } catch {
        say(desk.dataset.offline);
      }
    });

  // An earlier verdict changed in the list: only what is beside moves.
  const again = (form, verdict) =>
    queued(async () => {
      const data = new FormData(form);
      data.set("verdict", verdict);
      data.set("held", held().slice(0, 12).join(","));
      try {
        const answer = await send(desk.dataset.judge, data);
        const html = await answer.text();
        if (answer.ok) slot("beside").replaceChildren(...slot("beside", parse(html)).childNodes);
        else if (answer.status === 409) wholeDesk(html);
        else say(desk.dataset.offline);
      } catch {
        say(desk.dataset.offline);
      }
    });

  desk.addEventListener("submit", (event) => {
    const form = event.target;
    const button = event.submitter;
    if (!button) return;
    event.preventDefault();
    if (button.matches("[data-undo-button]")) undo();
    else if (form.matches("[data-again]")) again(form, button.value);
    else if (card()) judge(form, button.value);
  });

  const KEYS = { a: "keep", x: "drop", " ": "skip" };
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    // Space on a focused button or link is that button's own.
    if (event.key === " " && event.target.closest("button, a, summary")) return;
    if (event.key === "u") {
      event.preventDefault();
      desk.querySelector("[data-undo-button]") && undo();
    } else if (KEYS[event.key] && card()) {
      const form = card().querySelector("[data-decision]");
      if (!form.querySelector("[name=verdict]")) return;
      event.preventDefault();
      judge(form, KEYS[event.key]);
    }
  });
})();
