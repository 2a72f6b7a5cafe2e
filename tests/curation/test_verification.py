"""A check of an export's files: asked for, answered once, and what comes of damage."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpora.errors import ExportError
from corpora.storage import Store
from curation.actions import exports, verification
from curation.models import AuditEvent, Export, User
from curation.queries.verification import ASKED, VERIFIED
from curation.queries.verification import verification as known
from curation.tasks.verification import verify_export
from curation.verification import verified
from tests.curation.exports import make_snapshot
from tests.integration.play import Workbench


@pytest.fixture
def export(bench: Workbench) -> Export:
    return Export.objects.filter(format="jsonl").latest("pk")


def damage(path: Path) -> None:
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1] + b"x")


def shard(export: Export, store: Store) -> Path:
    return store.path(export.files["part-00000.jsonl.zst"]["sha256"])


def test_nothing_is_known_before_anybody_asks(export: Export) -> None:
    assert known(export).ended_at is None
    assert not known(export).waiting


def test_a_question_waits_and_is_answered_once(export: Export, engineer: User) -> None:
    verification.ask(export=export, by=engineer)
    verification.ask(export=export, by=engineer)
    asked = AuditEvent.objects.get(action=ASKED)
    assert known(export).waiting
    verify_export(export.pk, asked.pk)
    verify_export(export.pk, asked.pk)
    assert AuditEvent.objects.filter(action=VERIFIED).count() == 1
    found = known(export)
    assert (found.waiting, found.problems, found.files) == (False, {}, len(export.files) + 1)
    assert found.by == engineer.username


def test_a_file_that_is_damaged_is_named_and_set_aside(export: Export, store: Store) -> None:
    path = shard(export, store)
    damage(path)
    verified(export, by=None)
    (name,) = known(export).problems
    assert name == "part-00000.jsonl.zst"
    assert not path.exists()
    assert (store.root / "damaged" / export.files[name]["sha256"]).is_file()


def test_made_again_a_damaged_export_is_whole(
    bench: Workbench, export: Export, store: Store, engineer: User
) -> None:
    before = shard(export, store).read_bytes()
    damage(shard(export, store))
    verified(export, by=None)
    again = exports.create_again(export=export, by=engineer)
    bench.work(again.runs.get())
    again.refresh_from_db()
    assert again.manifest == export.manifest
    assert shard(export, store).read_bytes() == before
    for either in (export, again):
        verified(either, by=None)
        assert known(either).problems == {}


def test_a_manifest_that_is_gone_is_a_problem_of_the_manifest(export: Export, store: Store) -> None:
    store.path(export.manifest).unlink()
    verified(export, by=None)
    (problem,) = known(export).problems["manifest.json"]
    assert "is missing" in problem


def test_whole_files_stay_where_they_are(export: Export, store: Store) -> None:
    assert not store.set_aside(export.manifest)
    assert store.has(export.manifest)


def test_an_export_that_is_not_written_cannot_be_checked(store: Store, engineer: User) -> None:
    export = Export.objects.create(snapshot=make_snapshot(store), format="jsonl")
    with pytest.raises(ExportError, match="まだ完成していません"):
        verification.ask(export=export, by=engineer)
