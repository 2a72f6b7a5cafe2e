// Sliders over histograms. While one is dragged, its curve and its conditional histogram (fetched
// when it is taken hold of) say what each setting keeps; the form's own request gives the exact sum
// on release. Beside them: the documents at the cut, judged by key.
"use strict";

(() => {
  const form = document.getElementById("studio");
  if (!form) return;
  const save = document.getElementById("save");
  const cut = document.getElementById("cut");
  const rowOf = (node) => node.closest("[data-rule]");
  const limitsOf = (row) => {
    const limits = {};
    for (const limit of row.querySelectorAll("[data-side]")) {
      limits[limit.dataset.side] = limit.querySelector("[type=number]").valueAsNumber;
    }
    return limits;
  };

  // Of what one page asks again and again only the newest is answered (curation/views/what_if.py).
  const page = Math.random().toString(36).slice(2, 14);
  document.body.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-Page"] = page;
  });
  // Nobody answers: the sentence that comes instead asks again by itself.
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status === 503) event.detail.shouldSwap = true;
  });

  // -- the chart follows the limits ------------------------------------------------------------
  function draw(row) {
    const chart = row.querySelector("svg");
    if (!chart) return;
    const { min, max } = limitsOf(row);
    const low = Number(chart.dataset.low);
    const scale = 300 / (Number(chart.dataset.high) - low);
    for (const bar of chart.querySelectorAll(".bin")) {
      const middle = (Number(bar.dataset.low) + Number(bar.dataset.high)) / 2;
      const keeps = !(middle < min) && !(middle > max);
      bar.classList.toggle("is-keep", keeps);
      bar.classList.toggle("is-drop", !keeps);
    }
    for (const line of chart.querySelectorAll("[data-cut]")) {
      const limit = line.dataset.cut === "min" ? min : max;
      if (Number.isNaN(limit)) continue;
      const x = Math.min(300, Math.max(0, (limit - low) * scale));
      line.setAttribute("x1", x);
      line.setAttribute("x2", x);
    }
  }

  // Over every bar the part of it that all other rules let through, on the same scale.
  function overlay(row, documents) {
    const chart = row.querySelector("svg");
    const tallest = Math.sqrt(Number(chart.dataset.tallest));
    chart.classList.add("is-held");
    for (const bar of chart.querySelectorAll("[data-bin]")) {
      const number = documents[Number(bar.dataset.bin)] ?? 0;
      if (!number) continue;
      const height = Math.min(44, Math.max(1, (44 * Math.sqrt(number)) / tallest));
      const part = bar.cloneNode(true);
      part.removeAttribute("data-bin");
      part.classList.add("is-part");
      part.setAttribute("y", 44 - height);
      part.setAttribute("height", height);
      part.firstElementChild.textContent = bar.firstElementChild.textContent.replace(
        /[\d,]+$/, (all) => `${number.toLocaleString("en")} / ${all}`);
      chart.querySelector(".axis").before(part);
    }
  }

  function letGo() {
    for (const part of form.querySelectorAll(".is-part")) part.remove();
    for (const chart of form.querySelectorAll(".is-held")) chart.classList.remove("is-held");
    for (const output of form.querySelectorAll("[data-kept]")) output.textContent = "";
  }

  // -- the curve of the slider in hand ------------------------------------------------------------
  let curve = null;

  async function hold(slider) {
    const limit = slider.closest("[data-side]");
    const row = rowOf(slider);
    const query = new URLSearchParams(new FormData(form));
    query.set("rule", row.dataset.rule);
    query.set("side", limit.dataset.side);
    query.set("low", slider.min);
    query.set("step", slider.step);
    query.set("count", slider.dataset.count);
    const mine = { slider, kept: null };
    if (curve) letGo();
    curve = mine;
    try {
      const answer = await fetch(`${form.dataset.curve}?${query}`, {
        credentials: "same-origin",
        headers: { Accept: "application/json", "X-Page": page },
      });
      if (answer.status !== 200 || curve !== mine) return;
      const { kept, bars } = await answer.json();
      if (curve !== mine) return;
      mine.kept = kept;
      overlay(row, bars);
      draw(row);
    } catch {
      return; // the sum on release still comes
    }
    tell(slider);
  }

  function tell(slider) {
    if (curve?.slider !== slider || !curve.kept) return;
    const output = slider.closest("[data-side]").querySelector("[data-kept]");
    const place = Math.round((slider.valueAsNumber - Number(slider.min)) / Number(slider.step));
    const kept = curve.kept[place];
    if (kept === undefined || !rowOf(slider).querySelector("[data-on]").checked) return;
    const now = Number(document.querySelector("[data-board]")?.dataset.kept);
    const more = kept - now;
    const change = more ? ` (${more > 0 ? "+" : "−"}${Math.abs(more).toLocaleString("en")})` : "";
    output.textContent = output.dataset.text.replace("{n}", kept.toLocaleString("en") + change);
  }

  form.addEventListener("pointerdown", (event) => {
    if (event.target.matches("[type=range]")) hold(event.target);
  });
  form.addEventListener("focusin", (event) => {
    if (event.target.matches("[type=range]") && curve?.slider !== event.target) hold(event.target);
  });

  form.addEventListener("input", (event) => {
    const limit = event.target.closest("[data-side]");
    if (!limit) return;
    const slider = limit.querySelector("[type=range]");
    const number = limit.querySelector("[type=number]");
    if (event.target === slider) {
      number.value = slider.value;
      tell(slider);
    } else if (!Number.isNaN(number.valueAsNumber)) slider.value = number.value;
    draw(rowOf(limit));
  });

  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-on]")) {
      rowOf(event.target).classList.toggle("is-off", !event.target.checked);
    }
    // A curve is true for as long as every other setting stays.
    if (!curve || event.target.closest("[data-side]") !== curve.slider.closest("[data-side]")) {
      curve = null;
      letGo();
    }
  });

  // -- answers ----------------------------------------------------------------------------------
  const comparison = document.getElementById("comparison");
  document.body.addEventListener("htmx:afterSwap", (event) => {
    const { target } = event.detail;
    if (target.id === "board") {
      if (curve) tell(curve.slider);
      if (moved) follow();
      const download = document.querySelector("[data-toml]");
      if (download) download.href = download.href.split("?")[0] + window.location.search;
    }
    if (target !== cut && target !== comparison) return;
    if (target === cut && following) {
      following = false;
      rows()[0]?.classList.add("is-current");
      return;
    }
    target.hidden = false;
    target.scrollIntoView({ block: "nearest" });
    if (target === cut) {
      opener = document.activeElement;
      mark(0);
    }
    else target.focus({ preventScroll: true });
  });
  // The address is replaced after the swap; what is downloaded is what it says.
  document.body.addEventListener("htmx:replacedInHistory", () => {
    const download = document.querySelector("[data-toml]");
    if (download) download.href = download.href.split("?")[0] + window.location.search;
  });
  document.body.addEventListener("studio:judged", () => {
    curve = null;
    letGo();
  });

  // -- documents at the cut, by key ---------------------------------------------------------------
  const rows = () => [...cut.querySelectorAll("[data-item]")];
  // Ids, one for each judgement on this page that was not undone. What a row has to take back it
  // says itself, and goes along when the list is fetched anew.
  const judged = [];
  // What had the focus when the documents came; it has it again when they go.
  let opener = null;

  function mark(place) {
    const all = rows();
    all.forEach((row, number) => row.classList.toggle("is-current", number === place));
    all[place]?.querySelector("a").focus({ preventScroll: true });
  }

  document.body.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.target !== cut) return;
    const stood = rows().filter((row) => row.dataset.stood).slice(-50);
    event.detail.parameters.remembered =
      stood.map((row) => `${row.dataset.id}:${row.dataset.stood}`).join(",");
  });
  // The list that is open follows the settings, and takes neither the focus nor the place.
  let moved = false;
  let following = false;
  form.addEventListener("change", () => { moved = true; });

  function follow() {
    moved = false;
    const about = cut.hidden ? null : cut.querySelector("[data-cut-of]");
    if (!about) return;
    const row = form.querySelector(`[data-rule="${CSS.escape(about.dataset.cutOf)}"]`);
    following = true;
    row.querySelector(`[data-side=${about.dataset.cutSide}] [data-at-cut]`)?.click();
  }

  cut.addEventListener("htmx:beforeRequest", (event) => {
    const id = event.target.closest("[data-item]")?.dataset.id;
    if (id && event.target.matches("[data-verdict]")) judged.push(id);
    else if (id && judged.includes(id)) judged.splice(judged.lastIndexOf(id), 1);
  });
  // A judged row is a new element; the mark stays on it, and its text stays open.
  let place = -1;
  let open = [];
  cut.addEventListener("htmx:beforeSwap", () => {
    place = rows().findIndex((row) => row.classList.contains("is-current"));
    open = rows().map((row) => row.querySelector("details").open);
  });
  cut.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target === cut) return;
    rows().forEach((row, number) => { row.querySelector("details").open = open[number] ?? false; });
    if (place >= 0) mark(place);
  });

  function toggleCut() {
    if (!cut.hidden) {
      cut.hidden = true;
      opener?.focus();
      return;
    }
    const inHand = document.activeElement?.closest("[data-rule]") || (curve && rowOf(curve.slider));
    const lossy = form.querySelector("[data-rule]:has([data-lost]:not([data-lost='0'])) [data-at-cut]");
    const button = inHand?.querySelector("[data-at-cut]") || lossy || form.querySelector("[data-at-cut]");
    button?.click();
  }

  function undo() {
    const id = judged.at(-1);
    const row = id && rows().find((one) => one.dataset.id === id);
    row?.querySelector("[data-undo]")?.click();
  }

  const typing = (event) =>
    event.isComposing || event.keyCode === 229 ||
    event.ctrlKey || event.metaKey || event.altKey ||
    event.target.closest("input:not([type=checkbox],[type=radio],[type=range]), textarea, select");

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || typing(event) || document.querySelector("dialog[open]")) return;
    const current = cut.hidden ? null : cut.querySelector(".is-current");
    const act = {
      d: toggleCut,
      r: () => document.querySelector("[data-run]")?.click(),
      u: undo,
      a: () => current?.querySelector("[data-verdict=keep]")?.click(),
      x: () => current?.querySelector("[data-verdict=drop]")?.click(),
      o: () => current?.querySelector("summary")?.click(),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  // The URL holds the settings; what is saved is what it says.
  save?.addEventListener("submit", () => {
    save.action = save.action.split("?")[0] + window.location.search;
  });
})();
