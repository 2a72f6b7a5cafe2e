// Sends files in pieces, one after another, and goes on where it was: after a lost connection by
// itself, after the page was closed when the same file is chosen again. Without this script the
// form works as it is; with it, one file that is refused does not take the others along.
"use strict";

(() => {
  const form = document.querySelector("form[data-upload]");
  if (!form) return;
  const input = form.querySelector("input[type=file]");
  const zone = form.querySelector("[data-drop]");
  const list = form.querySelector("[data-files]");
  const all = form.querySelector("div[data-all]");
  const pausing = form.querySelector("[data-pausing]");
  const button = form.querySelector("button.is-primary");
  const words = form.dataset;
  const piece = Number(words.piece);
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const japanese = document.documentElement.lang === "ja";
  let sending = false;
  let paused = false;
  let wake = () => {};
  let rate = new Rate();

  // -- choosing: files, and folders with what is below them -----------------------------------

  // The whole window takes files: one that is dropped beside the zone was meant for it.
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("is-over");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) zone.classList.remove("is-over");
  });
  document.addEventListener("drop", async (event) => {
    event.preventDefault();
    zone.classList.remove("is-over");
    if (sending) return;
    const entries = [...event.dataTransfer.items]
      .map((item) => item.webkitGetAsEntry?.())
      .filter(Boolean);
    const dropped = [...event.dataTransfer.files];
    const files = entries.some((entry) => entry.isDirectory)
      ? (await Promise.all(entries.map(below))).flat()
      : dropped;
    if (!files.length) return;
    const chosen = new DataTransfer();
    for (const file of files) chosen.items.add(file);
    input.files = chosen.files;
    show();
  });
  input.addEventListener("change", show);

  // Hidden files of a folder (.DS_Store) are nobody's text.
  async function below(entry) {
    if (entry.name.startsWith(".")) return [];
    if (entry.isFile) return [await new Promise((got, failed) => entry.file(got, failed))];
    const reader = entry.createReader();
    const found = [];
    for (;;) {
      const some = await new Promise((got, failed) => reader.readEntries(got, failed));
      if (!some.length) break;
      found.push(...some);
    }
    found.sort((a, b) => (a.name < b.name ? -1 : 1));
    return (await Promise.all(found.map(below))).flat();
  }

  function show() {
    const files = [...input.files];
    if (files.length > Number(words.mostFiles)) {
      input.value = "";
      const refusal = document.createElement("li");
      refusal.className = "is-bad";
      refusal.textContent = words.tooMany;
      list.replaceChildren(refusal);
      return;
    }
    list.replaceChildren(...files.map(row));
    all.hidden = true;
  }

  function row(file) {
    const item = document.createElement("li");
    const name = document.createElement("span");
    const bar = document.createElement("progress");
    const state = document.createElement("span");
    const cancel = document.createElement("button");
    name.textContent = file.name;
    bar.max = file.size || 1;
    bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    cancel.type = "button";
    cancel.className = "button is-small is-quiet";
    cancel.textContent = "✕";
    cancel.setAttribute("aria-label", words.cancel.replace("{name}", file.name));
    item.append(name, bar, state, cancel);
    Object.assign(item, { file, bar, sent: 0, cancelled: false, request: null });
    item.say = (text, tone = "") => {
      state.textContent = text;
      state.className = tone;
    };
    item.link = (href, text) => {
      const link = document.createElement("a");
      link.href = href;
      link.textContent = text;
      state.replaceChildren(link);
      state.className = "";
      cancel.remove();
    };
    cancel.addEventListener("click", () => {
      item.cancelled = true;
      item.request?.abort();
      if (item.upload) ask(item.upload.discard, { method: "POST" });
      item.remove();
      wake();
      total();
    });
    item.say(`${words.waiting} · ${size(file.size)}`);
    return item;
  }

  // -- how fast, and how long yet ---------------------------------------------------------------

  // Bytes a second of the last ten seconds: what was before says little about what is.
  function Rate() {
    const marks = [];
    let sum = 0;
    this.add = (bytes) => {
      sum += bytes;
      marks.push([performance.now(), sum]);
      while (marks.length > 2 && marks[0][0] < performance.now() - 10_000) marks.shift();
    };
    this.now = () => {
      if (marks.length < 2) return 0;
      const [from, to] = [marks[0], marks[marks.length - 1]];
      return to[0] - from[0] < 300 ? 0 : (1000 * (to[1] - from[1])) / (to[0] - from[0]);
    };
  }

  const share = (part, whole) => `${Math.floor((100 * part) / (whole || 1))} %`;

  function size(bytes) {
    if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(2)} GB`;
    return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e3).toFixed(1)} kB`;
  }

  function time(seconds) {
    const units = japanese ? [" 秒", " 分", " 時間"] : [" s", " min", " h"];
    if (seconds < 90) return Math.ceil(seconds) + units[0];
    return seconds < 5400 ? Math.round(seconds / 60) + units[1] : (seconds / 3600).toFixed(1) + units[2];
  }

  function left(bytes) {
    const speed = rate.now();
    if (!speed) return "";
    return words.left.replace("{rate}", `${size(speed)}/s`).replace("{time}", time(bytes / speed));
  }

  function progress(item, sent) {
    if (sent > item.sent) rate.add(sent - item.sent);
    item.sent = sent;
    item.bar.value = Math.min(sent, item.bar.max);
    const said = [share(sent, item.file.size), left(item.file.size - sent), item.note];
    item.say(said.filter(Boolean).join(" · "));
    total();
  }

  function total() {
    const items = [...list.children].filter((item) => item.file);
    const bytes = items.reduce((sum, item) => sum + item.file.size, 0);
    const sent = items.reduce((sum, item) => sum + item.sent, 0);
    const bar = all.querySelector("progress");
    bar.max = bytes || 1;
    bar.value = sent;
    const said = words.all
      .replace("{done}", items.filter((item) => item.ended).length)
      .replace("{total}", items.length)
      .replace("{share}", share(sent, bytes));
    all.querySelector("span").textContent = [said, left(bytes - sent)].filter(Boolean).join(" · ");
  }

  // -- asking the server ------------------------------------------------------------------------

  // {status, answer}; status 0: it cannot be reached. An answer that is no JSON is null: a proxy's
  // page, or the login's.
  async function ask(address, options) {
    const headers = { Accept: "application/json", "X-CSRFToken": token };
    try {
      const response = await fetch(address, { ...options, headers });
      const answer = await response.json().catch(() => null);
      return { status: response.status, answer };
    } catch {
      return { status: 0, answer: null };
    }
  }

  // A piece, with its progress, which fetch does not tell.
  function put(item, offset, bytes, checksum) {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      item.request = request;
      request.open("PATCH", item.upload.address);
      request.setRequestHeader("Accept", "application/json");
      request.setRequestHeader("X-CSRFToken", token);
      request.setRequestHeader("Content-Type", "application/offset+octet-stream");
      request.setRequestHeader("Upload-Offset", offset);
      if (checksum) request.setRequestHeader("Upload-Checksum", `sha256 ${checksum}`);
      request.responseType = "json";
      request.upload.addEventListener("progress", (event) => progress(item, offset + event.loaded));
      request.addEventListener("loadend", () => {
        item.request = null;
        resolve({ status: request.status, answer: request.response });
      });
      request.send(bytes);
    });
  }

  // Only pages over TLS, and this machine's own, may hash.
  async function sha256(blob) {
    if (!window.crypto.subtle) return "";
    const digest = await window.crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  const passing = ({ status, answer }) =>
    status === 0 || status === 408 || status === 429 || (status >= 500 && !answer?.error);

  function wait(seconds) {
    return new Promise((resolve) => {
      const timer = window.setTimeout(resolve, 1000 * seconds);
      wake = () => {
        window.clearTimeout(timer);
        resolve();
      };
    });
  }
  window.addEventListener("online", () => wake());

  // Until the server answers: later and later, at most half a minute.
  async function persist(item, attempt) {
    for (let number = 0; ; number += 1) {
      while (paused && !item.cancelled) {
        item.say(words.paused);
        await wait(3600);
      }
      if (item.cancelled) return null;
      const answered = await attempt();
      if (paused && answered.status === 0) continue;
      if (item.cancelled || !passing(answered)) return answered;
      const seconds = Math.min(30, 2 ** number);
      item.say(words.lost.replace("{n}", seconds), "is-warn");
      await wait(seconds);
    }
  }

  // -- one file -----------------------------------------------------------------------------------

  async function send(item) {
    const { file } = item;
    if (file.size > Number(words.most)) return fail(item, words.tooLarge);
    const begin = new FormData(form);
    begin.delete(input.name);
    begin.append("name", file.name);
    begin.append("bytes", file.size);
    const head = await sha256(file.slice(0, 1 << 20));
    begin.append("fingerprint", `${file.name.slice(-300)}|${file.size}|${file.lastModified}|${head}`);
    const begun = await persist(item, () => ask(words.begin, { method: "POST", body: begin }));
    if (!begun?.answer?.address) return fail(item, begun?.answer?.error);
    item.upload = begun.answer;
    item.sent = begun.answer.offset;
    if (item.sent) item.note = words.continued.replace("{share}", share(item.sent, file.size));
    return (await pieces(item)) && ended(item);
  }

  async function pieces(item) {
    let offset = item.sent;
    while (offset < item.file.size) {
      const bytes = item.file.slice(offset, offset + piece);
      const checksum = await sha256(bytes).catch(() => null);
      if (checksum === null) return fail(item, words.refused); // it changed, or is gone
      const answered = await persist(item, () => sent(item, offset, bytes, checksum));
      if (answered?.answer?.offset === undefined) return fail(item, answered?.answer?.error);
      if (answered.status === 409 && answered.answer.offset === offset) await wait(1);
      offset = answered.answer.offset;
      progress(item, offset);
    }
    return true;
  }

  // After a break the server says where it is: what was sent may have arrived all the same.
  async function sent(item, offset, bytes, checksum) {
    if (item.broken) {
      const there = await ask(item.upload.address, { method: "GET" });
      if (passing(there)) return there;
      item.broken = false;
      if (there.answer?.offset !== offset) return there;
    }
    const answered = await put(item, offset, bytes, checksum);
    item.broken = passing(answered);
    return answered;
  }

  async function ended(item) {
    item.say(words.saving);
    for (;;) {
      const answered = await persist(item, () => ask(item.upload.finish, { method: "POST" }));
      if (answered?.answer?.url) {
        item.bar.value = item.bar.max;
        item.sent = item.file.size;
        item.ended = answered.answer;
        item.link(answered.answer.url, answered.answer.said);
        total();
        return true;
      }
      // Somebody is at it already: an earlier request of ours that was thought to be lost.
      if (answered?.status !== 409) return fail(item, answered?.answer?.error);
      await wait(2);
    }
  }

  function fail(item, reason) {
    if (!item.cancelled) item.say(`✕ ${reason || words.refused}`, "is-bad");
    return item.cancelled;
  }

  // -- all of them ----------------------------------------------------------------------------------

  pausing.addEventListener("click", () => {
    paused = !paused;
    pausing.textContent = paused ? words.continue : words.pause;
    rate = new Rate();
    if (paused) for (const item of list.children) item.request?.abort();
    total();
    wake();
  });

  form.addEventListener("submit", async (event) => {
    if (!input.files.length) return;
    event.preventDefault();
    if (sending) return;
    sending = true;
    button.disabled = true;
    all.hidden = false;
    rate = new Rate();
    let good = true;
    for (const item of [...list.children]) good = (item.cancelled || (await send(item))) && good;
    sending = false;
    button.disabled = false;
    all.hidden = true;
    input.value = "";
    const finished = form.querySelector("[data-finished]");
    finished.hidden = false;
    const done = [...list.children].map((item) => item.ended).filter(Boolean);
    const [waiting] = done.filter((told) => told.state === "whole");
    // What is read is seen on the corpus's page. One file that waits for a look is looked at
    // next; of several the list here has the links. What was here already is only said here.
    if (!good || !done.length || done.some((told) => told.new === false)) return;
    if (!waiting) window.location.assign(finished.href);
    else if (done.length === 1) window.location.assign(waiting.url);
  });

  window.addEventListener("beforeunload", (event) => {
    if (sending) event.preventDefault();
  });
})();
