"""A caller: a token of some role and scopes, and requests that carry it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

    from corpora.storage import Store
    from curation.models import Export, User

#: ``call("get", "/exports", token=secret, Range="bytes=0-1")``
Call = Callable[..., Any]


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """Row numbers repeat from test to test; what the process remembers by them must not."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def secret_of(db: None) -> Callable[..., str]:
    """``secret_of(user, "read", "pull")``: a live token, whether or not the role has use for it."""
    from curation.actions.tokens import _hash
    from curation.models import ApiToken

    def make(user: User, *scopes: str, **columns: Any) -> str:
        secret = f"kg_{user.username}-{'-'.join(scopes)}-{ApiToken.objects.count()}"
        ApiToken.objects.create(
            user=user, name="test", hash=_hash(secret), prefix=secret[:10], scopes=scopes, **columns
        )
        return secret

    return make


@pytest.fixture
def call(client: Client) -> Call:
    def make(method: str, path: str, *, token: str = "", **options: Any) -> HttpResponse:
        headers = {
            name.replace("_", "-"): options.pop(name) for name in list(options) if name[0].isupper()
        }
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if "json" in options:
            options |= {"data": options.pop("json"), "content_type": "application/json"}
        return getattr(client, method)(f"/api/v1{path}", headers=headers, **options)

    return make


@pytest.fixture
def export(store: Store, engineer: User) -> Export:
    from tests.curation.exports import make_export

    return make_export(store, by=engineer)


@pytest.fixture
def pull_token(engineer: User, secret_of: Callable[..., str]) -> str:
    return secret_of(engineer, "pull")
