"""What gc removes, and what it must never touch."""

from __future__ import annotations

import os
import time

import orjson
import pytest
from django.core.management import call_command

from corpora.stages import UnitSpec, known
from corpora.storage import Store
from curation.models import AuditEvent, Snapshot
from curation.upkeep import gc
from curation.upkeep.fsck import fsck
from curation.upkeep.references import referred
from curation.upkeep.watching import unwatched
from curation.what_if.field import field, members_key
from tests.integration.play import Workbench

A_MONTH = 30 * 86_400


def age(store: Store) -> None:
    """As if everything in the store had been written a month ago."""
    for path in store.root.rglob("*"):
        os.utime(path, (time.time() - A_MONTH,) * 2)


def orphan(store: Store) -> str:
    sha256 = store.put(b"of a run that was rolled back")
    store.record("ab" * 32, {"outputs": {"text": sha256}, "counts": {}})
    return sha256


def names(store: Store) -> set[str]:
    return {entry.name for entry in (*store.blobs(), *store.keys())}


def test_only_what_nothing_refers_to_goes(
    bench: Workbench, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    field(Snapshot.objects.get())
    before, sha256 = names(store), orphan(store)
    (store.root / "scratch" / "tmp1").write_bytes(b"half")
    age(store)
    call_command("gc", "--dry-run", "--json")
    assert names(store) == before | {sha256, "ab" * 32}
    call_command("gc", "--json")
    would, did = (orjson.loads(line) for line in capsys.readouterr().out.splitlines())
    assert {**would, "dry_run": False} == did
    assert (did["blobs"]["removed"], did["keys"]["removed"], did["unfinished"]["removed"]) == (
        1,
        1,
        1,
    )
    assert names(store) == before
    assert members_key(Snapshot.objects.get().manifest) in before
    assert AuditEvent.objects.get(action="store.gc").detail["bytes"] == did["bytes"] > 0
    assert [finding for finding in fsck(deep=True) if finding.wrong] == []


def test_what_is_young_stays_however_short_the_days(bench: Workbench, store: Store) -> None:
    sha256 = orphan(store)
    assert gc.collect(keep_days=0).blobs.removed == 0
    assert store.has(sha256)


def test_what_somebody_needs_meanwhile_stays(
    bench: Workbench, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run finds the key known, and writes the same bytes, after the rows were read."""
    unit = UnitSpec(stage="normalize", inputs={"documents": "?"})
    one, two = store.put(b"known"), store.put(b"written again")
    store.record(unit.key, {"outputs": {"text": one}, "counts": {}})
    age(store)

    def meanwhile(*_: object) -> set[bytes]:
        assert known(unit, store) is not None
        assert store.put(b"written again") == two
        return live

    live = referred(unwatched)
    monkeypatch.setattr(gc, "referred", meanwhile)
    gc.collect(keep_days=1)
    assert store.has(one)
    assert store.has(two)


def test_a_blob_that_is_needed_while_it_is_taken_away_is_put_back(store: Store) -> None:
    sha256 = store.put(b"x")
    assert not store.remove_blob(sha256, before=time.time() - 60)
    assert store.read(sha256) == b"x"
    assert store.remove_blob(sha256, before=time.time() + 60)
    assert not store.has(sha256)
