"""What fsck finds, and that it finds nothing where nothing is wrong."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from django.core.management import CommandError, call_command
from django.db.models.functions import Now

from corpora.storage import Store
from curation.models import Corpus, Export, Run, Snapshot, Source, Unit, WorkerBeat
from curation.upkeep.fsck import fsck
from tests.integration.play import Workbench


def found(*, deep: bool = False) -> list[str]:
    return [str(finding) for finding in fsck(deep=deep) if finding.wrong]


def flip(path: Path) -> None:
    path.chmod(0o644)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def shorten(path: Path) -> None:
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1])


def test_a_workbench_at_rest_is_well(bench: Workbench, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("fsck", "--deep", "--json")
    told = orjson.loads(capsys.readouterr().out)
    assert (told["wrong"], told["findings"]) == (0, [])
    assert told["checked"]["snapshots"] == 1


def test_every_damaged_blob_is_found_and_set_aside(bench: Workbench, store: Store) -> None:
    blobs = [entry.name for entry in store.blobs() if entry.bytes]
    for name in blobs:
        flip(store.path(name))
    with pytest.raises(CommandError, match=f"^{len(blobs)} findings"):
        call_command("fsck", "--deep", "--repair", "--json")
    assert not [name for name in blobs if store.has(name)]
    assert len(list(store.damaged())) == len(blobs)


def test_a_missing_blob_is_told_once_with_who_needs_it(bench: Workbench, store: Store) -> None:
    unit = Unit.objects.get(stage="normalize")
    assert unit.result
    store.path(unit.result["outputs"]["text"]).unlink()
    (line,) = found()
    assert line.startswith(f"run {unit.run_id}, normalize 00000: the blob ")


def test_counts_that_do_not_add_up_are_told(bench: Workbench, store: Store) -> None:
    snapshot = Snapshot.objects.get()
    Snapshot.objects.update(counts={**snapshot.counts, "kept": 99})
    Source.objects.update(documents=9)
    source, export = Source.objects.get(), Export.objects.earliest("pk")
    shorten(store.path(export.files["document-ids.parquet"]["sha256"]))
    assert [line.partition(":")[0] for line in found()] == [
        f"source {source.pk} ({source.location})",
        f"snapshot {snapshot.pk}",
        f"export {export.pk}, document-ids.parquet",
    ]


def test_an_index_of_other_rows_is_told(bench: Workbench, store: Store) -> None:
    """Snapshots of earlier versions had one when a part was given up late."""
    manifest = store.read_json(Snapshot.objects.get().manifest)
    manifest["index"] = store.put_table(store.read_table(manifest["index"]).slice(1))
    Snapshot.objects.update(manifest=store.put_json(manifest))
    assert any(f"the table {manifest['index']}'s" in line for line in found(deep=True))


def test_heads_and_runs_that_do_not_fit_are_told(bench: Workbench) -> None:
    other = Corpus.objects.create(name="other", head=Snapshot.objects.get())
    run = Run.objects.latest("pk")
    run.units.update(state=Unit.State.READY)
    lines = found()
    assert f"corpus {other}: its head, snapshot" in lines[-1]
    assert f"run {run.pk}: it has ended, but" in lines[0]


def test_what_a_sweep_should_have_returned_is_told(bench: Workbench) -> None:
    run = Run.objects.latest("pk")
    Run.objects.filter(pk=run.pk).update(state=Run.State.RUNNING, export=None)
    run.units.update(state=Unit.State.LEASED, lease_until=Now() - timedelta(hours=1))
    assert found() == []
    waiting = [finding for finding in fsck() if not finding.wrong]
    assert {finding.where for finding in waiting} == {
        f"queue {queue}" for queue in run.units.values_list("queue", flat=True)
    }
    WorkerBeat.objects.create(worker="w", queues=["cpu", "io"], seen_at=Now())
    (line,) = found()
    assert "no sweep has returned them" in line


def test_files_that_nobody_writes_any_more_are_told(bench: Workbench, store: Store) -> None:
    left = store.root / "scratch" / "tmp1"
    left.write_bytes(b"half")
    assert found() == []
    os.utime(left, (0, 0))
    (line,) = found()
    assert line.startswith(f"{left}: 4 bytes of an unfinished file")
