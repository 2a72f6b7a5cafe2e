"""The page of API tokens."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from curation.models import ApiToken


def make(client: Client, **form: object) -> str:
    page = client.post("/tokens/", {"name": "夜間の取得", "scopes": ["read"], "days": "30", **form})
    assert page.status_code == 200, page.content.decode()
    found = re.search(r'id="secret">(kg_[\w-]+)<', page.content.decode())
    assert found
    return found[1]


def test_a_new_token_is_shown_once_and_works(client_for: Callable[[str], Client]) -> None:
    client = client_for("curator")
    secret = make(client, scopes=["read", "pull"])
    token = ApiToken.objects.get()
    assert (token.name, token.scopes) == ("夜間の取得", ["pull", "read"])
    assert token.expires_at is not None
    page = client.get("/tokens/").content.decode()
    assert secret not in page
    assert token.prefix in page
    answer = Client().get("/api/v1/corpora", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 200


def test_the_page_with_a_secret_is_never_stored(client_for: Callable[[str], Client]) -> None:
    page = client_for("curator").get("/tokens/")
    assert "no-store" in page["Cache-Control"]


def test_a_token_that_never_expires_is_chosen_on_purpose(
    client_for: Callable[[str], Client],
) -> None:
    make(client_for("curator"), days="0")
    assert ApiToken.objects.get().expires_at is None


@pytest.mark.parametrize(
    "form",
    [{"name": ""}, {"scopes": []}, {"scopes": ["write"]}, {"days": "5000"}, {"days": "x"}],
    ids=["no name", "no scope", "a scope the role has no use for", "another life", "no number"],
)
def test_a_wrong_form_says_so_and_makes_nothing(
    client_for: Callable[[str], Client], form: dict[str, object]
) -> None:
    full = {"name": "x", "scopes": ["read"], "days": "30", **form}
    assert client_for("viewer").post("/tokens/", full).status_code == 422
    assert not ApiToken.objects.exists()


def test_a_revoked_token_is_refused_at_once(client_for: Callable[[str], Client]) -> None:
    client = client_for("curator")
    secret = make(client)
    token = ApiToken.objects.get()
    assert client.post(f"/tokens/{token.pk}/revoke/").status_code == 302
    answer = Client().get("/api/v1/corpora", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 401


def test_other_peoples_tokens_are_not_there(client_for: Callable[[str], Client]) -> None:
    make(client_for("curator"))
    token = ApiToken.objects.get()
    engineer = client_for("engineer")
    assert token.prefix not in engineer.get("/tokens/").content.decode()
    assert engineer.post(f"/tokens/{token.pk}/revoke/").status_code == 404
    administrator = client_for("administrator")
    assert token.prefix in administrator.get("/tokens/").content.decode()
    assert administrator.post(f"/tokens/{token.pk}/revoke/").status_code == 302
