"""axe-core over a page: what people who use no mouse, or no eyes, would stumble over."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

#: Of minor, moderate, serious and critical.
_GRAVE = ("moderate", "serious", "critical")
_RUN = """async (only) => (await axe.run(document, {
  resultTypes: ["violations"], ...(only.length ? { runOnly: only } : {})
})).violations"""
#: The rules that depend on the theme; all others say the same in both.
COLOURS = ("color-contrast", "link-in-text-block")


def violations(page: Page, only: Sequence[str] = ()) -> list[str]:
    """The page's grave violations of these rules (of all), one sentence each.

    The script goes in by the debugger, which the page's security policy does not bind.
    """
    page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text())
    found: list[dict[str, Any]] = page.evaluate(_RUN, list(only))
    return [
        f"{page.url}: {each['id']} ({each['impact']}): {each['help']}: {node['html'][:200]}"
        for each in found
        if each["impact"] in _GRAVE
        for node in each["nodes"]
    ]
