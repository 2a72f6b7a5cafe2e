"""The browser that the page tests see through."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from tests.services.browser import OpenPage, listen

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from curation.models import User


def test_a_stranger_gets_the_login_page_in_the_languages_of_their_browser(
    open_page: OpenPage,
) -> None:
    for language in ("ja", "en"):
        page = open_page(language=language)
        page.goto("/")
        assert page.url.endswith("/login/?next=/")
        assert page.locator("html").get_attribute("lang") == language


def test_a_person_is_logged_in(open_page: OpenPage, curator: User) -> None:
    page = open_page(curator)
    page.goto("/")
    assert page.url.endswith(reverse("home"))
    assert curator.username in page.content()


@pytest.mark.parametrize(
    ("html", "complaint"),
    [
        pytest.param("<script>throw Error('oh')</script>", "oh", id="script error"),
        pytest.param("<script>console.error('no')</script>", "no", id="console"),
        pytest.param(
            "<meta http-equiv=Content-Security-Policy content=\"style-src 'self'\"><p style='x:y'>",
            "Content Security Policy",
            id="policy",
        ),
    ],
)
def test_a_page_that_complains_is_heard(browser: Browser, html: str, complaint: str) -> None:
    complaints: list[str] = []
    page = browser.new_page()
    listen(page, complaints)
    page.set_content(html)
    page.wait_for_timeout(100)
    page.close()
    assert complaint in "".join(complaints)


def test_a_page_that_is_content_says_nothing(browser: Browser) -> None:
    complaints: list[str] = []
    page = browser.new_page()
    listen(page, complaints)
    page.set_content("<p lang=ja>言蔵</p>")
    page.close()
    assert complaints == []
