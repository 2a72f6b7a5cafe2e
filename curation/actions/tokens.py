"""Keys for machines: made once, shown once, kept as a hash."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from corpora.errors import KotoguraError
from curation import permissions
from curation.actions import audit
from curation.models import ApiToken, User

#: Marks our tokens, so that a secret scanner and a person know one when they see it.
PREFIX = "kg_"
#: How often the time of last use is written down: a pull makes thousands of requests.
USE_NOTED_EVERY = timedelta(minutes=1)
#: The longest life a token may be given.
MAX_DAYS = 3650

Scope = ApiToken.Scope

#: What a role must be allowed for a token of that scope to make sense.
SCOPE_NEEDS = {Scope.READ: "corpus.view", Scope.PULL: "export.download", Scope.WRITE: "source.add"}


def scopes_for(user: User) -> list[ApiToken.Scope]:
    """The scopes that the user's role has any use for."""
    return [scope for scope, action in SCOPE_NEEDS.items() if permissions.may(user, action)]


@transaction.atomic
def create_token(
    *, name: str, scopes: Iterable[str], days: int | None, by: User
) -> tuple[ApiToken, str]:
    """Make a token for ``by``; returns the row and the secret, which is kept nowhere.

    ``days`` of None never expires. Raises PermissionDenied for a scope that the
    role does not cover, KotoguraError for none at all or an impossible life.
    """
    permissions.require(by, "token.manage")
    wanted = _checked_scopes(scopes, by)
    if days is not None and not 1 <= days <= MAX_DAYS:
        raise KotoguraError(_("A token lives from 1 to %(days)s days.") % {"days": MAX_DAYS})
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=by,
        name=name,
        hash=_hash(secret),
        prefix=secret[:10],
        scopes=wanted,
        expires_at=timezone.now() + timedelta(days=days) if days else None,
    )
    audit.record(by=by, action="token.create", target=f"token:{token.pk}", scopes=wanted)
    return token, secret


@transaction.atomic
def revoke_token(*, token: ApiToken, by: User) -> None:
    """End a token at once. One's own, or anybody's for an administrator."""
    permissions.require(by, "token.manage")
    if token.user_id != by.pk and not permissions.may(by, "people.manage"):
        raise PermissionDenied(_("Only its owner or an administrator may revoke a token."))
    changed = ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(
        revoked_at=timezone.now()
    )
    if changed:
        audit.record(by=by, action="token.revoke", target=f"token:{token.pk}")


def authenticate(secret: str) -> ApiToken | None:
    """The live token of this secret, or None: unknown, expired, revoked or its owner left.

    The look-up is by hash, so its timing says nothing about any secret.
    """
    hashed = _hash(secret)
    token = ApiToken.objects.select_related("user").filter(hash=hashed).first()
    now = timezone.now()
    if token is None or not hmac.compare_digest(token.hash, hashed):
        return None
    if token.revoked_at or (token.expires_at and token.expires_at <= now):
        return None
    if not token.user.is_active:
        return None
    _note_use(token)
    return token


def _checked_scopes(scopes: Iterable[str], by: User) -> list[str]:
    wanted = sorted(set(scopes))
    if not wanted:
        raise KotoguraError(_("Choose at least one scope."))
    unknown = [scope for scope in wanted if scope not in Scope.values]
    if unknown:
        raise KotoguraError(_("Unknown scope: %(scope)s.") % {"scope": unknown[0]})
    for scope in wanted:
        permissions.require(by, SCOPE_NEEDS[Scope(scope)])
    return wanted


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _note_use(token: ApiToken) -> None:
    now = timezone.now()
    stale = now - USE_NOTED_EVERY
    if token.last_used_at is None or token.last_used_at < stale:
        ApiToken.objects.filter(
            Q(last_used_at=None) | Q(last_used_at__lt=stale), pk=token.pk
        ).update(last_used_at=now)
