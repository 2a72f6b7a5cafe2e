"""Chromium for tests: pages as a person sees them, that fail on any error in the console."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, Protocol

import pytest
from django.conf import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize
    from pytest_django.live_server_helper import LiveServer

    from curation.models import User

# Playwright's synchronous interface runs an event loop in this thread, which
# Django takes for asynchronous code and refuses the database to.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: Milliseconds to wait for what a page will show: for when it never does, not for how quick it is.
#: Playwright's own 30 s, and 5 s where something is expected, run out on a busy machine.
_PATIENCE = 120_000
_SIZE: ViewportSize = {"width": 1280, "height": 800}
#: Chromium reports an answer of 4xx as an error; these are how the workbench says no.
_REFUSAL = re.compile(r"responded with a status of (403|409|412|422)\b")


class OpenPage(Protocol):
    def __call__(
        self,
        user: User | None = None,
        *,
        language: str = "ja",
        scheme: Literal["light", "dark"] = "light",
    ) -> Page: ...


def executable() -> str | None:
    """The system's Chromium; None leaves the choice to Playwright's own download.

    Its headless shell first: the same pages for a sixth less of the processor's time.
    """
    given = os.environ.get("KOTOGURA_CHROMIUM")
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    return given or next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=_PATIENCE)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable(), args=_ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser, live_server: LiveServer) -> Iterator[OpenPage]:
    """``open_page(curator, language="en", scheme="dark")``: a fresh browser window.

    Addresses may be relative. Whatever the page complains of (a script's error, a
    refusal by the content security policy, a failed request) fails the test.
    """
    complaints: list[str] = []
    contexts = []

    def make(
        user: User | None = None,
        *,
        language: str = "ja",
        scheme: Literal["light", "dark"] = "light",
    ) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            locale={"ja": "ja-JP", "en": "en-US"}[language],
            viewport=_SIZE,
            color_scheme=scheme,
            accept_downloads=True,
        )
        context.set_default_timeout(_PATIENCE)
        contexts.append(context)
        cookies = {settings.LANGUAGE_COOKIE_NAME: language}
        if user is not None:
            cookies[settings.SESSION_COOKIE_NAME] = _session(user)
        context.add_cookies(
            [{"name": k, "value": v, "url": live_server.url} for k, v in cookies.items()]
        )
        page = context.new_page()
        listen(page, complaints)
        return page

    yield make
    for context in contexts:
        context.close()
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A window of nobody in particular, in Japanese."""
    return open_page()


def listen(page: Page, complaints: list[str]) -> None:
    """Append to ``complaints`` whatever the page has to complain about from now on."""

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not _REFUSAL.search(message.text):
            complaints.append(f"{page.url}: {message.type}: {message.text}")

    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: uncaught: {error}"))


def _session(user: User) -> str:
    """The key of a session in which the person has logged in."""
    from django.test import Client

    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value
