// Sliders over histograms. While one is dragged, its curve (fetched when it is taken hold of)
// says what each setting keeps; the form's own request gives the exact sum on release.
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
    curve = mine;
    try {
      const answer = await fetch(`${form.dataset.curve}?${query}`, { credentials: "same-origin" });
      if (answer.ok && curve === mine) mine.kept = (await answer.json()).kept;
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
      for (const output of form.querySelectorAll("[data-kept]")) output.textContent = "";
    }
  });

  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "board" && curve) tell(curve.slider);
    if (event.detail.target !== cut) return;
    cut.hidden = false;
    cut.scrollIntoView({ block: "nearest" });
  });

  // The URL holds the settings; what is saved is what it says.
  save?.addEventListener("submit", () => {
    save.action = save.action.split("?")[0] + window.location.search;
  });
})();
