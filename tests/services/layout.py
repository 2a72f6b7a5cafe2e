"""What jumps under the hand while a page follows what goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

#: Of the window's area times the way; nobody notices less (a tenth of what is called good).
MOST = 0.01

# Kept over a reload; a shift that answers a key or a click is wanted.
_WATCH = """
new PerformanceObserver((list) => {
  const said = JSON.parse(sessionStorage.getItem("shifts") || "[]");
  for (const entry of list.getEntries()) {
    if (entry.hadRecentInput) continue;
    const moved = entry.sources.map(({ node, previousRect, currentRect }) =>
      `${node?.nodeName}.${node?.className || ""}#${node?.id || ""}` +
      ` ${previousRect.x},${previousRect.y} → ${currentRect.x},${currentRect.y}`);
    said.push([entry.value, moved]);
  }
  sessionStorage.setItem("shifts", JSON.stringify(said));
}).observe({ type: "layout-shift", buffered: true });
"""
# What is put in the place of something else is new to the browser, and never "shifted".
_PLACES = """() => Object.fromEntries(
  [...document.querySelectorAll("main section, main h2, main thead th")].map((each) => {
    const box = each.getBoundingClientRect();
    const name = each.getAttribute("aria-labelledby") || each.textContent.trim();
    const panel = each.closest("section")?.getAttribute("aria-labelledby") || "";
    const place = [Math.round(box.x), Math.round(box.y + scrollY)];
    return [`${panel} ${each.tagName} ${name}`, place];
  })
)"""


def watch(page: Page) -> None:
    """Before the page goes anywhere."""
    page.add_init_script(_WATCH)


def places(page: Page) -> dict[str, Any]:
    """Where panels, headings and columns begin."""
    found: dict[str, Any] = page.evaluate(_PLACES)
    return found


def assert_steady(page: Page, before: dict[str, Any] | None = None) -> None:
    """That what the page did by itself moved nothing: neither what stayed, nor, since
    ``before``, what was put in the place of the same."""
    # An entry is handed over after the frame that it tells of.
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 100)))")
    shifts = page.evaluate("JSON.parse(sessionStorage.getItem('shifts') || '[]')")
    assert sum(value for value, _ in shifts) < MOST, f"{page.url}: {shifts}"
    now = places(page)
    moved = {
        name: (place, now[name])
        for name, place in (before or {}).items()
        if name in now and now[name] != place
    }
    assert not moved, f"{page.url}: {moved}"
