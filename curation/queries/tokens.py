"""A person's API tokens."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils import timezone

from curation import permissions
from curation.models import ApiToken, User


def visible(user: User) -> QuerySet[ApiToken]:
    """One's own tokens; everybody's for an administrator."""
    tokens = ApiToken.objects.select_related("user")
    return tokens if permissions.may(user, "people.manage") else tokens.filter(user=user)


def live(user: User) -> QuerySet[ApiToken]:
    """Those of ``visible`` that still open a door."""
    now = timezone.now()
    alive = Q(expires_at=None) | Q(expires_at__gt=now)
    return visible(user).filter(alive, revoked_at=None)


def ended(user: User) -> QuerySet[ApiToken]:
    """Revoked and expired ones, for the record."""
    gone = Q(revoked_at__isnull=False) | Q(expires_at__lte=timezone.now())
    return visible(user).filter(gone)
