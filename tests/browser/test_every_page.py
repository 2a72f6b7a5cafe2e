"""Every page, with data in it, in both languages, light and dark: whole and without complaint.

``KOTOGURA_SCREENSHOTS=folder`` keeps what was seen.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from curation.models import User
from tests.integration.everything import one_of_everything
from tests.permission_table import ROUTES
from tests.routes import Route, pages
from tests.services.accessibility import violations
from tests.services.browser import OpenPage

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from corpora.storage import Store

pytestmark = pytest.mark.django_db(transaction=True)

#: Parts of pages, files and pure actions: they have no looks of their own.
NOT_PAGES = {
    "set_language", "theme", "logout", "load-sample", "person-role", "person-active",
    "run-status", "run-steer", "quarantine-file", "source-again",
    "document-source", "document-judge", "document-opt-out",
    "near-answer", "cluster-pair", "cluster-keep", "cluster-apart", "cluster-undo",
    "studio-board", "studio-curve", "studio-cut", "studio-save",
    "studio-judge", "studio-comparison", "studio-toml", "studio-load", "studio-trial",
    "queue-judge", "queue-undo", "opt-out-withdraw", "token-revoke", "tokenizer-use",
    "export-verify", "export-again",
    "explore-rows", "explore-count", "explore-facets",
    "explore-brush", "explore-bulk", "explore-judge", "explore-undo", "explore-judging",
    "explore-stop", "view-save", "view-delete",
}  # fmt: skip

#: Where accessibility is measured: each scheme and each language once.
AXE = {("ja", "light"), ("en", "dark")}


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
            seen_by = stranger if route.name == "login" else page
            _look(seen_by, route, things, language)
            _keep(seen_by, f"{route.name}-{language}-{scheme}")
            if (language, scheme) in AXE:
                grave += violations(seen_by)
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


def _keep(page: Page, name: str) -> None:
    if folder := os.environ.get("KOTOGURA_SCREENSHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
