// Exploring: Alt and click leaves a value out, Ctrl and click adds it, a range is brushed in a histogram, keys.
"use strict";

(() => {
  const facets = document.getElementById("facets");
  if (!facets) return;

  // -- facets ----------------------------------------------------------------------------------
  facets.addEventListener("click", (event) => {
    const more = event.target.closest("[data-more]");
    if (more) {
      more.closest(".facet").classList.add("shows-all");
      more.remove();
      return;
    }
    const value = event.target.closest("[data-without]");
    if (!value || !(event.altKey || event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    window.location.assign(event.altKey ? value.dataset.without : value.dataset.also);
  });

  // An open part asks for its histogram at once; htmx hears of toggling only what is toggled later.
  document.body.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target !== facets) return;
    for (const part of facets.querySelectorAll("details.signal[open]")) {
      part.dispatchEvent(new Event("toggle"));
    }
  });

  // -- brushing ----------------------------------------------------------------------------------
  let held = null;

  function valueAt(chart, x) {
    const box = chart.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (x - box.left) / box.width));
    const low = Number(chart.dataset.low);
    const step = Number(chart.dataset.step);
    const value = low + share * (Number(chart.dataset.high) - low);
    return Number((Math.round(value / step) * step).toPrecision(10));
  }

  function draw(x) {
    const { chart, from } = held;
    const box = chart.getBoundingClientRect();
    const places = [from, x].map((at) =>
      Math.min(300, Math.max(0, ((at - box.left) / box.width) * 300)),
    );
    const brush = chart.querySelector("[data-brush]");
    brush.setAttribute("x", Math.min(...places));
    brush.setAttribute("width", Math.abs(places[1] - places[0]));
    const values = [from, x].map((at) => valueAt(chart, at)).sort((a, b) => a - b);
    const [least, most] = chart.closest("form").querySelectorAll("[type=number]");
    least.value = values[0];
    most.value = values[1];
  }

  facets.addEventListener("pointerdown", (event) => {
    const chart = event.target.closest(".brushable");
    if (!chart || event.button !== 0) return;
    event.preventDefault();
    held = { chart, from: event.clientX };
    chart.setPointerCapture(event.pointerId);
  });
  facets.addEventListener("pointermove", (event) => {
    if (held) draw(event.clientX);
  });
  facets.addEventListener("pointerup", (event) => {
    if (!held) return;
    const { chart, from } = held;
    const far = Math.abs(event.clientX - from) > 3;
    held = null;
    if (far) chart.closest("form").requestSubmit();
  });
  facets.addEventListener("pointercancel", () => {
    held = null;
  });

  // An empty limit asks for nothing: it stays out of the address.
  document.addEventListener("submit", (event) => {
    if (event.target.method !== "get") return;
    for (const input of event.target.querySelectorAll("input, select")) {
      if (input.name && input.value === "" && input.type !== "hidden") input.disabled = true;
    }
  });
  window.addEventListener("pageshow", () => {
    for (const input of document.querySelectorAll("form[method=get] :disabled")) {
      input.disabled = false;
    }
  });

  // -- keys and closing --------------------------------------------------------------------------
  document.addEventListener("keydown", (event) => {
    const typing =
      event.isComposing || event.keyCode === 229 ||
      event.ctrlKey || event.metaKey || event.altKey ||
      event.target.closest("input, textarea, select, [contenteditable]");
    if (event.defaultPrevented || typing || document.querySelector("dialog[open]")) return;
    if (event.key === "s") {
      const views = document.getElementById("views");
      views.open = true;
      event.preventDefault();
      document.getElementById("view-name").focus();
      return;
    }
    const button = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
  document.addEventListener("click", (event) => {
    const close = event.target.closest("[data-close]");
    if (close) document.getElementById(close.dataset.close).replaceChildren();
  });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "bulk") event.detail.target.querySelector("[data-close]")?.focus();
  });
})();
