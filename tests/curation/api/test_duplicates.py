"""Duplicates over the API: what the pages show, and the same decisions."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from curation.models import Judgement, PairVerdict, Snapshot, User
from tests.curation.api.conftest import Call


@pytest.fixture
def ask(call: Call, curator: User, secret_of: Callable[..., str]) -> Call:
    secret = secret_of(curator, "read", "write")
    return lambda method, path, **options: call(method, path, token=secret, **options)


def test_groups_come_page_by_page(ask: Call, snapshot: Snapshot) -> None:
    address = f"/snapshots/{snapshot.pk}/duplicates"
    every = ask("get", address).json()
    assert (every["found"], every["documents"], every["next"]) == (7, 15, "")
    assert [group["size"] for group in every["items"]] == [3, 2, 2, 2, 2, 2, 2]
    seen, after = [], ""
    while True:
        page = ask("get", f"{address}?limit=2&after={after}").json()
        seen += page["items"]
        after = page["next"]
        if not after:
            break
    assert seen == every["items"]
    near = ask("get", f"{address}?kind=near&domain=転載").json()
    assert [group["kind"] for group in near["items"]] == ["near", "near"]


@pytest.mark.parametrize("query", ["kind=odd", "least=1", "after=x", "limit=0"])
def test_what_cannot_be_asked_for_is_422(ask: Call, snapshot: Snapshot, query: str) -> None:
    assert ask("get", f"/snapshots/{snapshot.pk}/duplicates?{query}").status_code == 422


def test_one_group_the_difference_and_both_decisions(ask: Call, snapshot: Snapshot) -> None:
    address = f"/snapshots/{snapshot.pk}/duplicates"
    near = ask("get", f"{address}?kind=near&domain=転載").json()["items"][0]["name"]
    group = ask("get", f"{address}/{near}").json()
    keeper, other = (member["id"] for member in group["members"])
    assert (group["keeper"], group["reason"], group["size"]) == (keeper, "longest", 2)

    found = ask("get", f"{address}/{near}/difference?left={keeper}&right={other}").json()
    assert (found["count"], found["only_left"] + found["only_right"]) == (1, 1)
    assert 0.8 <= found["jaccard"] <= 1
    stranger = f"{address}/{near}/difference?left={keeper}&right={'0' * 32}"
    assert ask("get", stranger).status_code == 404

    chosen = ask("post", f"{address}/{near}/keeper", json={"document_id": other})
    assert (chosen.status_code, chosen.json()["verdict"]) == (201, "prefer")
    assert Judgement.objects.get().document_id == other
    pair = {"one": keeper, "other": other, "note": "別の作品"}
    said = ask("post", f"{address}/{near}/pairs", json=pair)
    assert (said.status_code, said.json()["verdict"]) == (201, "apart")
    assert ask("get", "/pairs").json()["items"] == [said.json()]
    taken = ask("post", f"{address}/{near}/pairs", json=pair | {"verdict": "withdrawn"})
    assert taken.json()["verdict"] == "withdrawn"
    again = ask("post", f"{address}/{near}/pairs", json=pair | {"verdict": "withdrawn"})
    assert again.status_code == 422
    assert PairVerdict.objects.count() == 2
