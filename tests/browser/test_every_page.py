"""Every page, with data in it, in both languages, light and dark: whole and without complaint.

``KOTOGURA_SCREENSHOTS=folder`` keeps what was seen.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from curation.models import User
from tests.integration.everything import one_of_everything
from tests.permission_table import ROUTES
from tests.routes import Route, pages
from tests.services.accessibility import COLOURS, violations
from tests.services.browser import OpenPage

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from corpora.storage import Store

pytestmark = pytest.mark.django_db(transaction=True)

#: The folder for pictures of all pages, light and dark; "" for none.
_SCREENSHOTS = os.environ.get("KOTOGURA_SCREENSHOTS", "")

#: Parts of pages, files and pure actions: they have no looks of their own.
NOT_PAGES = {
    "set_language", "theme", "logout", "load-sample", "person-role", "person-active",
    "run-ahead", "run-status", "run-steer", "run-workers", "run-pause",
    "quarantine-file", "source-again", "upload-begin", "upload", "upload-finish", "upload-discard",
    "upload-columns", "path-columns",  # the same page as source-columns, which needs no upload
    "document-source", "document-judge", "document-opt-out", "document-comment",
    "document-next", "document-previous",
    "near-answer", "cluster-pair", "cluster-keep", "cluster-apart", "cluster-undo",
    "studio-board", "studio-curve", "studio-cut", "studio-save",
    "studio-judge", "studio-comparison", "studio-toml", "studio-load", "studio-trial",
    "studio-words",
    "queue-judge", "queue-undo", "opt-out-withdraw", "token-revoke", "tokenizer-use",
    "export-verify", "export-again",
    "explore-rows", "explore-count", "explore-facets",
    "explore-brush", "explore-bulk", "explore-judge", "explore-undo", "explore-judging",
    "explore-stop", "view-save", "view-delete",
}  # fmt: skip

#: Where the keyboard is tried alone: a list, forms, facets, sliders, a desk.
BY_KEYBOARD = ("home", "source-add", "documents", "studio", "queue")
#: Where accessibility is measured, by which rules: all on every page, and in the dark, where only
#: the colours are others, of those that are looked at.
AXE: dict[tuple[str, str], Sequence[str]] = {("ja", "light"): (), ("en", "dark"): COLOURS}
#: Only colours are others in the dark: pages that have all components between them are looked at.
IN_THE_DARK = (*BY_KEYBOARD, "gallery", "document", "cluster", "run", "export")
#: Presses of Tab after which nobody would go on.
MOST_STOPS = 400
#: What has the focus, and whether one sees that it has; None once the page is through.
_STOP = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const box = at.getBoundingClientRect();
  const looks = getComputedStyle(at);
  const outlined = looks.outlineStyle !== "none" && parseFloat(looks.outlineWidth) >= 1;
  const inside = box.bottom > 0 && box.top < innerHeight && box.width > 0;
  const before = at.dataset.stop;
  at.dataset.stop = "yes";
  return { name: at.outerHTML.slice(0, 160), seen: outlined && inside, before: Boolean(before) };
}"""


@pytest.fixture
def things(
    transactional_db: None, store: Store, redis_url: str, administrator: User
) -> dict[str, object]:
    return one_of_everything(administrator)


def _pages() -> list[Route]:
    return [route for route in pages() if route.name not in NOT_PAGES]


def test_every_route_is_a_page_or_known_not_to_be() -> None:
    assert {route.name for route in pages()} >= NOT_PAGES
    assert set(ROUTES) >= NOT_PAGES


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_page_is_whole(
    language: str, things: dict[str, object], administrator: User, open_page: OpenPage
) -> None:
    grave = []
    for scheme in ("light", "dark"):
        page = open_page(administrator, language=language, scheme=scheme)
        stranger = open_page(language=language, scheme=scheme)
        for route in _pages():
            if scheme == "dark" and route.name not in IN_THE_DARK and not _SCREENSHOTS:
                continue
            seen_by = stranger if route.name == "login" else page
            _look(seen_by, route, things, language)
            _keep(seen_by, f"{route.name}-{language}-{scheme}")
            if (language, scheme) in AXE and (scheme == "light" or route.name in IN_THE_DARK):
                grave += violations(seen_by, AXE[language, scheme])
    assert not grave, "\n".join(grave)


def _look(page: Page, route: Route, things: dict[str, object], language: str) -> None:
    address = route.address(things)
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200, address
    assert page.title(), address
    assert page.locator("html").get_attribute("lang") == language, address
    assert page.locator("h1").count() == 1, f"{address}: one heading says what the page is"
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 1280, f"{address} is {width} px wide"
    hidden = page.locator(".table-wrap").evaluate_all(
        "all => all.filter(one => one.scrollWidth > one.clientWidth + 1).length"
    )
    assert not hidden, f"{address}: a table's last columns are out of sight"
    waiting = page.locator(
        ":is(.masthead, .page-head, .panel > header):not(:has(+ *)) > :last-child"
    )
    unseen = waiting.evaluate_all(
        "all => all.filter(one => getComputedStyle(one).visibility === 'hidden')"
        ".map(one => one.outerHTML)"
    )
    assert unseen == [], f"{address}: what waits for what follows it waits for ever"


def test_the_keyboard_goes_everywhere_and_is_caught_nowhere(
    things: dict[str, object], administrator: User, open_page: OpenPage
) -> None:
    page = open_page(administrator)
    routes = {route.name: route for route in _pages()}
    for name in BY_KEYBOARD:
        page.goto(routes[name].address(things))
        page.wait_for_load_state("networkidle")
        _tab_through(page)
        missed = page.locator("main").locator(
            "a[href]:visible:not([data-stop]), button:enabled:visible:not([data-stop]),"
            " select:visible:not([data-stop]), summary:visible:not([data-stop])"
        )
        assert missed.evaluate_all("all => all.map(one => one.outerHTML)") == [], name


def _tab_through(page: Page) -> None:
    for number in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(_STOP)
        if stop is None or (number and "skip-link" in stop["name"]):
            return  # once round
        assert stop["seen"], f"{page.url}: one does not see the focus on {stop['name']}"
        assert not stop["before"], f"{page.url}: the focus goes in circles at {stop['name']}"
        if number == 0:
            assert "skip-link" in stop["name"]
    pytest.fail(f"{page.url}: {MOST_STOPS} stops, and no end")


def test_dialogs_and_menus_close_by_escape_and_give_the_focus_back(
    administrator: User, open_page: OpenPage, transactional_db: None
) -> None:
    page = open_page(administrator)
    page.goto("/help/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.goto("/gallery/")
    for opener, opened in (
        (page.locator("header [data-help]"), "#help-dialog"),
        (page.locator("form[data-confirm] button"), "#confirm-dialog"),
        (page.locator("header summary"), ".menu-panel"),
    ):
        opener.focus()
        page.keyboard.press("Enter")
        expect(page.locator(opened)).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator(opened)).to_be_hidden()
        expect(opener).to_be_focused()


def _keep(page: Page, name: str) -> None:
    if _SCREENSHOTS:
        Path(_SCREENSHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(_SCREENSHOTS) / f"{name}.png", full_page=True)
