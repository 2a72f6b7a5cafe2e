"""Pages of exports: the list, asking for one, one with its files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from corpora.storage import Store
from curation.actions import pulls
from curation.models import Export, Run, Snapshot, User
from curation.verification import verified
from tests.curation.exports import make_export, make_snapshot, make_tokenizer


@pytest.fixture
def export(store: Store, engineer: User) -> Export:
    return make_export(store, by=engineer)


def text(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_list_shows_those_of_one_snapshot_when_asked(
    client_for: Callable[[str], Client], store: Store, export: Export
) -> None:
    other = make_export(store, snapshot=make_snapshot(store, name="other"))
    client = client_for("viewer")
    everything = text(client.get("/exports/"))
    assert f"/exports/{export.pk}/" in everything
    assert f"/exports/{other.pk}/" in everything
    one = text(client.get(f"/exports/?snapshot={other.snapshot_id}"))
    assert f'/exports/{export.pk}/"' not in one


@pytest.mark.parametrize(
    ("query", "status"), [("abc", 400), ("１", 400), ("999", 404), ("9" * 99, 404)]
)
def test_a_snapshot_that_is_none_is_said(
    client_for: Callable[[str], Client], query: str, status: int
) -> None:
    assert client_for("viewer").get(f"/exports/?snapshot={query}").status_code == status


def test_a_page_lists_files_with_size_and_hash_and_the_commands(
    client_for: Callable[[str], Client], export: Export
) -> None:
    page = text(client_for("curator").get(f"/exports/{export.pk}/"))
    assert export.manifest in page
    for name, file in export.files.items():
        assert f"/api/v1/exports/{export.pk}/shards/{name}" in page
        assert file["sha256"] in page
    assert f"python -m corpora pull http://testserver/api/v1/exports/{export.pk}" in page


def test_who_may_not_download_sees_no_way_to(
    client_for: Callable[[str], Client], export: Export
) -> None:
    assert "/shards/" not in text(client_for("viewer").get(f"/exports/{export.pk}/"))


def test_who_pulled_what_is_shown_to_those_who_answer_for_it(
    client_for: Callable[[str], Client], export: Export, curator: User
) -> None:
    for name in ("manifest.json", "part-00000.jsonl.zst"):
        pulls.note_pull(export=export, name=name, by=curator, via="token kg_abc")
    assert "token kg_abc" in text(client_for("engineer").get(f"/exports/{export.pk}/"))
    assert "token kg_abc" in text(client_for("steward").get(f"/exports/{export.pk}/"))
    assert "token kg_abc" not in text(client_for("curator").get(f"/exports/{export.pk}/"))


@pytest.mark.parametrize("state", [Run.State.RUNNING, Run.State.FAILED, Run.State.CANCELLED])
def test_an_unfinished_export_says_how_it_stands(
    client_for: Callable[[str], Client], export: Export, state: Run.State
) -> None:
    Export.objects.update(manifest="", files={})
    export.runs.update(state=state, reason="the disk is full")
    page = text(client_for("engineer").get(f"/exports/{export.pk}/"))
    assert ("hx-trigger" in page) == (state == Run.State.RUNNING)
    assert ("the disk is full" in page) == (state == Run.State.FAILED)


# -- asking for one -----------------------------------------------------------------------


@pytest.fixture
def ask(client_for: Callable[[str], Client], export: Export) -> Callable[..., Any]:
    def post(role: str = "engineer", **form: object) -> Any:
        full = {"snapshot": export.snapshot_id, "format": "jsonl", "seed": "0", **form}
        return client_for(role).post(f"/snapshots/{export.snapshot_id}/export/", full)

    return post


def test_an_export_is_asked_for_with_its_settings(ask: Callable[..., Any], store: Store) -> None:
    tokenizer = make_tokenizer(store)
    answer = ask(format="megatron", tokenizer=tokenizer.pk, seed="3", shard_mb="64", eod_id="5")
    made = Export.objects.latest("pk")
    assert answer["Location"] == f"/exports/{made.pk}/"
    settings = {"seed": 3, "shard_bytes": 64 << 20, "append_eod": False, "eod_id": 5}
    assert (made.tokenizer, made.settings) == (tokenizer, settings)
    assert made.runs.get().state == Run.State.RUNNING


@pytest.mark.parametrize(
    "form",
    [
        {"format": "megatron"},
        {"format": "xml"},
        {"seed": "-1"},
        {"seed": "９９９９９９９９９９９９９９９９９９９９９"},
        {"shard_mb": "0"},
        {"snapshot": "999"},
        {"snapshot": "x"},
        {"tokenizer": "999"},
    ],
    ids=str,
)
def test_a_wrong_form_says_so_and_makes_nothing(ask: Callable[..., Any], form: Any) -> None:
    assert ask(**form).status_code == 422
    assert Export.objects.count() == 1


def test_a_role_that_may_not_export_is_403(ask: Callable[..., Any], store: Store) -> None:
    assert ask(role="curator").status_code == 403
    assert Export.objects.count() == 1


def test_the_form_begins_with_the_snapshot_it_was_opened_on(
    client_for: Callable[[str], Client], export: Export
) -> None:
    page = text(client_for("engineer").get(f"/snapshots/{export.snapshot_id}/export/"))
    assert f'value="{export.snapshot_id}" selected' in page
    assert Snapshot.objects.count() == 1


def test_a_curator_asks_for_a_check_and_sees_that_it_waits(
    client_for: Callable[[str], Client], export: Export
) -> None:
    client = client_for("curator")
    assert "まだ検証していません。" in text(client.get(f"/exports/{export.pk}/"))
    client.post(f"/exports/{export.pk}/verify/")
    page = text(client.get(f"/exports/{export.pk}/"))
    assert "検証中" in page
    assert 'hx-trigger="every 2s"' in page
    assert "もう一度検証" not in page


def test_damage_is_told_in_the_language_of_the_page(
    client_for: Callable[[str], Client], store: Store, export: Export
) -> None:
    store.path(export.files["part-00000.jsonl.zst"]["sha256"]).unlink()
    verified(export, by=None)
    client = client_for("engineer")
    page = text(client.get(f"/exports/{export.pk}/"))
    assert "2 ファイルのうち 1 ファイルがマニフェストと一致しません。" in page
    assert "part-00000.jsonl.zst を読めません: ファイルがありません。" in page
    assert "同じ設定で作り直す" in page


def test_an_export_whose_manifest_is_lost_says_what_to_do(
    client_for: Callable[[str], Client], store: Store, export: Export
) -> None:
    store.path(export.manifest).unlink()
    page = text(client_for("engineer").get(f"/exports/{export.pk}/"))
    assert "このエクスポートのマニフェストがストアにありません。" in page
    assert "同じ設定で作り直す" in page


def test_making_it_again_leads_to_the_new_export(
    client_for: Callable[[str], Client], export: Export
) -> None:
    answer = client_for("engineer").post(f"/exports/{export.pk}/again/")
    again = Export.objects.latest("pk")
    assert answer["Location"] == f"/exports/{again.pk}/"
    assert (again.snapshot, again.format) == (export.snapshot, export.format)
