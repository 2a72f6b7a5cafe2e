"""Tokens at the door: who is let in, who is not, and what is written down."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from corpora.errors import KotoguraError
from curation.actions import tokens
from curation.models import ApiToken, AuditEvent, User
from tests.curation.api.conftest import Call


def test_a_token_is_kept_as_a_hash_and_shown_once(curator: User) -> None:
    token, secret = tokens.create_token(name="nightly", scopes=["read"], days=30, by=curator)
    assert secret.startswith("kg_")
    assert token.hash == hashlib.sha256(secret.encode()).hexdigest()
    assert secret not in str(ApiToken.objects.filter(pk=token.pk).values())
    assert secret not in str(list(AuditEvent.objects.values()))
    assert (
        len({tokens.create_token(name="x", scopes=["read"], days=1, by=curator)[1] for _ in "abc"})
        == 3
    )


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("viewer", {"read"}),
        ("curator", {"read", "pull", "write"}),
        ("steward", {"read", "pull", "write"}),
    ],
)
def test_scopes_go_as_far_as_the_role(
    request: pytest.FixtureRequest, role: str, allowed: set[str]
) -> None:
    user = request.getfixturevalue(role)
    assert {scope.value for scope in tokens.scopes_for(user)} == allowed
    for scope in {"read", "pull", "write"} - allowed:
        with pytest.raises(PermissionDenied):
            tokens.create_token(name="x", scopes=[scope], days=1, by=user)


@pytest.mark.parametrize(
    ("scopes", "days"), [([], 1), (["root"], 1), (["read"], 0), (["read"], 9999)]
)
def test_an_impossible_token_is_refused(curator: User, scopes: list[str], days: int) -> None:
    with pytest.raises(KotoguraError):
        tokens.create_token(name="x", scopes=scopes, days=days, by=curator)


@pytest.mark.parametrize(
    "header",
    [
        pytest.param("", id="none"),
        pytest.param("Bearer kg_wrong", id="unknown"),
        pytest.param("Bearer", id="empty"),
        pytest.param("Basic a2c6a2c=", id="another scheme"),
        pytest.param("Bearer " + "x" * 100_000, id="endless"),
        pytest.param("Bearer kg_\udce3\udc81", id="bytes that are no text"),
    ],
)
def test_without_a_live_token_it_is_401(call: Call, db: None, header: str) -> None:
    answer = call("get", "/corpora", Authorization=header)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    "columns",
    [
        pytest.param({"revoked_at": timezone.now()}, id="revoked"),
        pytest.param({"expires_at": timezone.now() - timedelta(seconds=1)}, id="expired"),
    ],
)
def test_an_ended_token_is_401(
    call: Call, curator: User, secret_of: Callable[..., str], columns: dict[str, object]
) -> None:
    assert call("get", "/corpora", token=secret_of(curator, "read", **columns)).status_code == 401


def test_a_token_ends_with_its_owners_account(
    call: Call, curator: User, secret_of: Callable[..., str]
) -> None:
    secret = secret_of(curator, "read")
    assert call("get", "/corpora", token=secret).status_code == 200
    User.objects.filter(pk=curator.pk).update(is_active=False)
    assert call("get", "/corpora", token=secret).status_code == 401


def test_use_is_noted_once_a_minute(
    call: Call, curator: User, secret_of: Callable[..., str]
) -> None:
    secret = secret_of(curator, "read")
    call("get", "/corpora", token=secret)
    first = ApiToken.objects.get().last_used_at
    call("get", "/corpora", token=secret)
    assert first is not None
    assert ApiToken.objects.get().last_used_at == first
    ApiToken.objects.update(last_used_at=first - timedelta(seconds=61))
    call("get", "/corpora", token=secret)
    assert (ApiToken.objects.get().last_used_at or first) >= first


def test_only_the_owner_or_an_administrator_revokes(
    curator: User, engineer: User, administrator: User
) -> None:
    token, _ = tokens.create_token(name="x", scopes=["read"], days=1, by=curator)
    with pytest.raises(PermissionDenied):
        tokens.revoke_token(token=token, by=engineer)
    tokens.revoke_token(token=token, by=administrator)
    tokens.revoke_token(token=token, by=curator)
    assert AuditEvent.objects.filter(action="token.revoke").count() == 1


def test_a_session_does_not_open_what_changes_things(
    client_for: Callable[[str], object], db: None
) -> None:
    client = client_for("administrator")
    assert client.get("/api/v1/corpora").status_code == 401  # type: ignore[attr-defined]
    answer = client.post("/api/v1/corpora", {"name": "x"}, content_type="application/json")  # type: ignore[attr-defined]
    assert answer.status_code == 401
