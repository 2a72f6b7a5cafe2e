"""Opt-outs: what is entered, what stands."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from curation.actions.opt_outs import OptOutRefused, opt_out, withdraw
from curation.models import AuditEvent, OptOut, User
from curation.queries.opt_outs import standing


def test_what_is_entered_stands_sorted_until_withdrawn(steward: User) -> None:
    for kind, value in (("host", "B.example.jp."), ("host", "a.example.jp"), ("id", "AB" * 16)):
        opt_out(kind=kind, value=value, reason="asked", by=steward)
    url = opt_out(kind="url", value=" https://example.jp/private/ ", reason="", by=steward)
    assert standing() == {
        "ids": ["ab" * 16],
        "hosts": ["a.example.jp", "b.example.jp"],
        "urls": ["https://example.jp/private/"],
    }
    withdraw(opt_out=url, by=steward)
    withdraw(opt_out=url, by=steward)
    assert standing()["urls"] == []
    assert OptOut.objects.count() == 4
    assert AuditEvent.objects.filter(action="opt_out.withdraw").count() == 1


def test_the_same_twice_is_one(steward: User) -> None:
    first = opt_out(kind="host", value="example.jp", reason="a", by=steward)
    assert opt_out(kind="host", value="EXAMPLE.jp", reason="b", by=steward) == first


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        pytest.param("id", "12", id="short id"),
        pytest.param("host", "https://example.jp", id="URL as host"),
        pytest.param("host", "exam ple.jp", id="blank in host"),
        pytest.param("url", "example.jp/x", id="host as URL"),
        pytest.param("url", "https://", id="URL without host"),
        pytest.param("url", "javascript:alert(1)", id="script"),
        pytest.param("person", "x", id="unknown kind"),
        pytest.param("host", "", id="nothing"),
        pytest.param("url", "http://[", id="broken URL"),
    ],
)
def test_a_value_that_is_not_its_kind_is_refused(steward: User, kind: str, value: str) -> None:
    with pytest.raises(OptOutRefused):
        opt_out(kind=kind, value=value, reason="", by=steward)


@pytest.mark.parametrize("role", ["viewer", "curator", "engineer"])
def test_only_stewards_opt_out(request: pytest.FixtureRequest, role: str) -> None:
    with pytest.raises(PermissionDenied):
        opt_out(kind="host", value="example.jp", reason="", by=request.getfixturevalue(role))
