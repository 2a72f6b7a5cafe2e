"""Logging in, and what every page does for people who have not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from curation.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_earlier_attempts() -> None:
    cache.clear()


def _log_in(client: Client, name: str, password: str, next_url: str = "") -> int:
    address = reverse("login") + (f"?next={next_url}" if next_url else "")
    return client.post(address, {"username": name, "password": password}).status_code


def test_the_right_password_opens_the_page_that_was_asked_for(
    client: Client, curator: User
) -> None:
    answer = client.post(
        reverse("login"), {"username": "curator", "password": "curator-secret", "next": "/runs/"}
    )
    assert answer.status_code == 302
    assert answer["Location"] == "/runs/"


def test_another_site_is_never_where_login_leads(client: Client, curator: User) -> None:
    answer = client.post(
        reverse("login"),
        {"username": "curator", "password": "curator-secret", "next": "https://example.com/"},
    )
    assert answer["Location"] == reverse("home")


def test_too_many_wrong_passwords_lock_the_name_for_a_while(
    client: Client, curator: User, engineer: User, settings: Any
) -> None:
    settings.LOGIN_ATTEMPTS = 3
    assert [_log_in(client, "curator", "wrong") for _ in range(3)] == [200, 200, 200]
    assert _log_in(client, "curator", "curator-secret") == 429
    assert _log_in(client, "CURATOR", "curator-secret") == 429
    assert _log_in(client, "engineer", "engineer-secret") == 302


def test_a_success_forgets_earlier_slips(client: Client, curator: User, settings: Any) -> None:
    settings.LOGIN_ATTEMPTS = 3
    for _ in range(3):
        assert _log_in(client, "curator", "wrong") == 200
        assert _log_in(client, "curator", "curator-secret") == 302
        client.logout()


@pytest.mark.parametrize(
    "path", ["/", "/runs/", "/new-corpus/", "/people/", "/help/", "/runs/1/", "/sources/1/"]
)
def test_every_page_asks_who_is_there(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("login"))


def test_logging_out_ends_the_session(client_for: Callable[[str], Client]) -> None:
    client = client_for("viewer")
    client.post(reverse("logout"))
    assert client.get("/").status_code == 302


def test_the_theme_is_rendered_by_the_server(client_for: Callable[[str], Client]) -> None:
    client = client_for("viewer")
    assert b"data-theme" not in client.get("/").content
    answer = client.post(reverse("theme"), {"theme": "dark", "next": "/help/"})
    assert answer["Location"] == "/help/"
    assert b'data-theme="dark"' in client.get("/").content


def test_a_theme_that_is_none_is_not_kept(client: Client) -> None:
    answer = client.post(reverse("theme"), {"theme": '"><script>', "next": "https://example.com"})
    assert answer["Location"] == "/"
    assert "theme" not in answer.cookies


@pytest.mark.parametrize(
    ("language", "said"), [("ja", '<html lang="ja"'), ("en", '<html lang="en"')]
)
def test_the_page_says_its_language(client: Client, language: str, said: str) -> None:
    answer = client.get(reverse("login"), headers={"Accept-Language": language})
    assert said in answer.content.decode()


def test_no_page_allows_inline_script_or_style(client: Client) -> None:
    answer = client.get(reverse("login"))
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    for inline in ("<style", " style=", "onclick=", "<script>"):
        assert inline not in answer.content.decode()


def test_a_stale_form_is_refused_with_a_sentence(curator: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(curator)
    answer = client.post("/new-corpus/", {"name": "news"}, headers={"Accept-Language": "en"})
    assert answer.status_code == 403
    assert "open for too long" in answer.content.decode()


def test_an_unknown_address_says_so(client_for: Callable[[str], Client]) -> None:
    answer = client_for("viewer").get("/nowhere/", headers={"Accept-Language": "en"})
    assert answer.status_code == 404
    assert "There is nothing at this address." in answer.content.decode()


def test_who_finds_only_the_page_learns_where_the_first_login_was_printed(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.FIRST_LOGIN_FILE = tmp_path / "login"
    hint = "ワークベンチを起動した画面に"
    assert hint not in client.get(reverse("login")).text
    settings.FIRST_LOGIN_FILE.touch()
    assert hint in client.get(reverse("login")).text
