"""Letting people in, giving them roles, and closing their accounts."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from corpora.errors import KotoguraError
from curation.actions import audit
from curation.models import Role, User
from curation.permissions import require
from curation.queries.people import is_last_administrator


class PersonRefused(KotoguraError):
    """An account cannot be made or changed as asked."""


@transaction.atomic
def create_person(*, username: str, password: str, role: Role, by: User) -> User:
    """Raises PersonRefused when the name is taken or the password too weak."""
    require(by, "people.manage")
    user = User(username=username, role=role)
    try:
        validate_password(password, user)
        user.set_password(password)
        user.full_clean()
    except ValidationError as error:
        raise PersonRefused(" ".join(error.messages)) from error
    user.save()
    audit.record(by=by, action="people.create", target=f"user:{username}", role=role)
    return user


@transaction.atomic
def set_role(*, user: User, role: Role, by: User) -> User:
    """Raises PersonRefused when nobody could manage people any more."""
    require(by, "people.manage")
    user = _locked(user)
    if role != Role.ADMINISTRATOR:
        _keep_one_administrator(user)
    before, user.role = user.role, role
    user.save(update_fields=["role"])
    audit.record(
        by=by, action="people.role", target=f"user:{user.username}", before=before, after=role
    )
    return user


@transaction.atomic
def set_active(*, user: User, active: bool, by: User) -> User:
    """Close an account (its sessions and tokens end at once) or open it again."""
    require(by, "people.manage")
    user = _locked(user)
    if not active:
        _keep_one_administrator(user)
    user.is_active = active
    user.save(update_fields=["is_active"])
    action = "people.open" if active else "people.close"
    audit.record(by=by, action=action, target=f"user:{user.username}")
    return user


def _locked(user: User) -> User:
    """The person's row, and every administrator's: two of them cannot demote each other at once."""
    rows = User.objects.select_for_update().order_by("pk")
    locked = {row.pk: row for row in rows.filter(Q(pk=user.pk) | Q(role=Role.ADMINISTRATOR))}
    return locked[user.pk]


def _keep_one_administrator(user: User) -> None:
    if is_last_administrator(user):
        raise PersonRefused(
            _("%(name)s is the only administrator.") % {"name": user.username},
            remedy=_("Make somebody else administrator first."),
        )
