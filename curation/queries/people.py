"""The people of the workbench."""

from __future__ import annotations

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import QuerySet

from curation.models import Role, User


def people() -> QuerySet[User]:
    """Active people first, by name."""
    return User.objects.order_by("-is_active", "username")


def is_last_administrator(user: User) -> bool:
    """Whether nobody could manage people any more without this person."""
    others = User.objects.filter(is_active=True, role=Role.ADMINISTRATOR).exclude(pk=user.pk)
    # The command line's own account has no password: nobody can log in with it.
    others = others.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    return user.is_active and user.role == Role.ADMINISTRATOR and not others.exists()
