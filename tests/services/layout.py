"""What jumps under the hand: the browser's own account of layout shifts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

#: Nobody notices less (a tenth of what is called good).
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


def watch(page: Page) -> None:
    """Before the page goes anywhere."""
    page.add_init_script(_WATCH)


def assert_steady(page: Page) -> None:
    """That what the page did by itself since then moved nothing."""
    # An entry is handed over after the frame that it tells of.
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 100)))")
    shifts = page.evaluate("JSON.parse(sessionStorage.getItem('shifts') || '[]')")
    assert sum(value for value, _ in shifts) < MOST, f"{page.url}: {shifts}"
