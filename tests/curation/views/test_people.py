"""Accounts and roles."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from curation.models import AuditEvent, User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ["viewer", "curator", "engineer", "steward"])
def test_only_administrators_manage_people(
    client_for: Callable[[str], Client], role: str, administrator: User
) -> None:
    client = client_for(role)
    assert client.get(reverse("people")).status_code == 403
    for name, data in (("person-role", {"role": "viewer"}), ("person-active", {"active": "no"})):
        answer = client.post(reverse(name, args=[administrator.pk]), data)
        assert answer.status_code == 403
    administrator.refresh_from_db()
    assert (administrator.role, administrator.is_active) == ("administrator", True)


def test_a_new_person_can_log_in_with_the_role(client_for: Callable[[str], Client]) -> None:
    answer = client_for("administrator").post(
        reverse("people"), {"username": "田中", "password": "kotogura-9z", "role": "steward"}
    )
    assert answer.status_code == 302
    assert User.objects.get(username="田中").role == "steward"
    assert Client().login(username="田中", password="kotogura-9z")
    assert AuditEvent.objects.get().action == "people.create"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param({"username": "administrator"}, id="taken"),
        pytest.param({"password": "short"}, id="weak password"),
        pytest.param({"role": "king"}, id="no such role"),
        pytest.param({"username": "a b<script>"}, id="not a name"),
    ],
)
def test_an_account_that_cannot_be_is_refused(
    client_for: Callable[[str], Client], data: dict[str, str]
) -> None:
    client = client_for("administrator")
    good = {"username": "mika", "password": "kotogura-9z", "role": "curator"}
    answer = client.post(reverse("people"), good | data)
    assert answer.status_code == 200
    assert "error-summary" in answer.content.decode()
    assert User.objects.count() == 1


def test_a_closed_account_is_logged_out_at_once(
    client_for: Callable[[str], Client], curator: User
) -> None:
    theirs = client_for("curator")
    assert theirs.get("/").status_code == 200
    admin = client_for("administrator")
    admin.post(reverse("person-active", args=[curator.pk]), {"active": "no"})
    assert theirs.get("/").status_code == 302
    admin.post(reverse("person-active", args=[curator.pk]), {"active": "yes"})
    curator.refresh_from_db()
    assert curator.is_active


def test_the_last_administrator_stays_one(
    client_for: Callable[[str], Client], administrator: User
) -> None:
    machine = User(username="command-line", role="administrator")
    machine.set_unusable_password()
    machine.save()
    client = client_for("administrator")
    client.post(reverse("person-role", args=[administrator.pk]), {"role": "viewer"})
    client.post(reverse("person-active", args=[administrator.pk]), {"active": "no"})
    administrator.refresh_from_db()
    assert (administrator.role, administrator.is_active) == ("administrator", True)


def test_a_role_changes_and_leaves_a_trace(
    client_for: Callable[[str], Client], curator: User
) -> None:
    client_for("administrator").post(
        reverse("person-role", args=[curator.pk]), {"role": "engineer"}
    )
    curator.refresh_from_db()
    assert curator.role == "engineer"
    event = AuditEvent.objects.get(action="people.role")
    assert event.detail == {"before": "curator", "after": "engineer"}


def test_a_role_that_is_none_is_a_400(client_for: Callable[[str], Client], curator: User) -> None:
    answer = client_for("administrator").post(
        reverse("person-role", args=[curator.pk]), {"role": "king"}
    )
    assert answer.status_code == 400
