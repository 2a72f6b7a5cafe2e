"""Who is asking: a bearer token with a scope, a signed address, or a person's session."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import APIKeyCookie, APIKeyQuery, HttpBearer

from curation.actions import pulls, tokens
from curation.models import ApiToken, User
from curation.queries.exports import MANIFEST


class Bearer(HttpBearer):
    """``Authorization: Bearer kg_…`` with one of the scopes. The owner's role still limits it."""

    def __init__(self, *scopes: ApiToken.Scope) -> None:
        super().__init__()
        self.scopes = scopes

    def authenticate(self, request: HttpRequest, token: str) -> str | None:
        found = tokens.authenticate(token)
        if found is None:
            return None
        if not set(self.scopes) & set(found.scopes):
            raise PermissionDenied(
                _("This token lacks the scope: %(scope)s.") % {"scope": self.scopes[0].value}
            )
        request.user = found.user
        return f"token {found.prefix}"


class Signature(APIKeyQuery):
    """``?signature=…`` as POST …/links gives it: one file, one method, five minutes."""

    param_name = "signature"

    def authenticate(self, request: HttpRequest, key: str | None) -> str | None:
        if key is None or request.resolver_match is None:
            return None
        route = request.resolver_match.kwargs
        request.user = pulls.lender(
            signature=key,
            export=route["export_id"],
            name=route.get("name", MANIFEST),
            method=request.method or "",
        )
        return "signed address"


class Session(APIKeyCookie):
    """A person's own browser. Only for reading: these routes have no POST."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> str | None:
        return "browser" if request.user.is_authenticated else None


Scope = ApiToken.Scope
READING = Bearer(Scope.READ)
WRITING = Bearer(Scope.WRITE)
#: Whoever may pull has to find what there is to pull.
LISTING = Bearer(Scope.READ, Scope.PULL)
LENDING = Bearer(Scope.PULL)
PULLING: list[Any] = [Bearer(Scope.PULL), Signature(), Session()]


def actor(request: HttpRequest) -> User:
    """The user behind an authenticated request."""
    assert isinstance(request.user, User)
    return request.user


def door(request: HttpRequest) -> str:
    """How the actor came in: "token kg_…", "signed address" or "browser"."""
    return str(getattr(request, "auth", ""))
