"""The unit: parts, accounts, and going on after being killed."""

from __future__ import annotations

import errno
import gzip
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from corpora.errors import Cancelled, SourceError, StoreError
from corpora.ingest import parts, scan, shares, strict_json
from corpora.ingest.accounts import joined
from corpora.ingest.unit import run
from corpora.plans import IngestPlan, Outcome
from corpora.stages import UnitResult, UnitSpec, execute, known, no_progress
from corpora.storage import Store
from tests.corpora.ingest.conftest import NEKO, Ingested, jsonl, read_back

Ingest = Callable[..., Ingested]


def units(store: Store, *paths: Path) -> list[UnitSpec]:
    plan = IngestPlan(paths=tuple(map(str, paths)))
    (unit,) = plan.units("scan", {})
    return plan.units("ingest", {"scan": [Outcome(part="", result=execute(unit, store))]})


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "PART_BYTES", 20_000)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three files, 1,500 documents, a bad record now and then."""
    root = tmp_path / "in"
    root.mkdir()
    for name in "abc":
        records = [{"text": f"{name}{number}。{NEKO}"} for number in range(500)]
        bad = b'{"text": null}\n'
        lines = [jsonl(record) for record in records]
        (root / f"{name}.jsonl").write_bytes(bad.join(b"".join(lines[at::7]) for at in range(7)))
    return root


class _KilledError(BaseException):
    """What kill -9 is to the code: nothing after it runs."""


class DyingStore(Store):
    """Dies after so many records of a key."""

    def __init__(self, root: Path, lives: int) -> None:
        super().__init__(root)
        self.lives = lives

    def record(self, key: str, result: dict[str, Any]) -> None:
        super().record(key, result)
        self.lives -= 1
        if self.lives == 0:
            raise _KilledError


def test_progress_counts_documents_and_not_what_is_in_quarantine(
    ingest: Ingest, folder: Path
) -> None:
    done: list[int] = []

    def progress(*, documents: int = 0, bytes: int = 0) -> None:
        done.append(documents)

    read = ingest(folder, progress=progress)
    assert read.quarantine
    assert sum(done) == len(read.documents)


def test_a_killed_unit_goes_on_with_the_same_bytes(
    small_parts: None, folder: Path, tmp_path: Path
) -> None:
    (unit,) = units(Store(tmp_path / "scan"), folder)
    undisturbed = run(unit, Store(tmp_path / "one"), no_progress)
    assert len(undisturbed.outputs["parts"]) > 5
    for lives in (1, 2, 4):
        root = tmp_path / f"killed{lives}"
        with pytest.raises(_KilledError):
            run(unit, DyingStore(root, lives), no_progress)
        assert run(unit, Store(root), no_progress) == undisturbed


def test_what_is_in_finished_parts_is_not_parsed_again(
    small_parts: None, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (unit,) = units(Store(tmp_path / "scan"), folder)
    with pytest.raises(_KilledError):
        run(unit, DyingStore(tmp_path / "killed", 4), no_progress)
    parsed: list[bytes] = []
    monkeypatch.setattr(strict_json, "parse_all", _counting(parsed, strict_json.parse_all))
    run(unit, Store(tmp_path / "killed"), no_progress)
    # Of three files two: a batch of which some are in no finished part is parsed whole.
    assert len(parsed) == 2 * 506


def _counting(
    calls: list[bytes], original: Callable[[Sequence[bytes]], list[Any]]
) -> Callable[[Sequence[bytes]], list[Any]]:
    def call(lines: Sequence[bytes]) -> list[Any]:
        calls.extend(lines)
        return original(lines)

    return call


def test_a_checkpoint_whose_blob_is_gone_is_done_again(
    small_parts: None, folder: Path, tmp_path: Path
) -> None:
    (unit,) = units(Store(tmp_path / "scan"), folder)
    store = Store(tmp_path / "killed")
    with pytest.raises(_KilledError):
        run(unit, DyingStore(store.root, 3), no_progress)
    undisturbed = run(unit, Store(tmp_path / "one"), no_progress)
    store.path(undisturbed.outputs["parts"][1]["documents"]).unlink()
    assert run(unit, store, no_progress) == undisturbed


def test_the_account_adds_up(small_parts: None, ingest: Ingest, folder: Path) -> None:
    ingested = ingest(folder)
    (result,) = ingested.results
    assert result.counts["documents"] == len(ingested.documents) == 1_500
    assert result.counts["quarantined"] == {"no-text": len(ingested.quarantine)} == {"no-text": 18}
    assert result.counts["files"] == 3
    assert [(file["documents"], file["quarantined"]) for file in ingested.files] == [(500, 6)] * 3
    for part in result.outputs["parts"]:
        assert part["bytes"] > part["characters"] > part["rows"] > 0
    assert sum(part["rows"] for part in result.outputs["parts"]) == 1_500
    assert len({document["id"] for document in ingested.documents}) == 1_500


def test_ids_stay_when_a_corpus_is_moved(ingest: Ingest, folder: Path, tmp_path: Path) -> None:
    before = [document["id"] for document in ingest(folder).documents]
    moved = tmp_path / "elsewhere" / "in"
    moved.parent.mkdir()
    folder.rename(moved)
    assert [document["id"] for document in ingest(moved).documents] == before


def test_progress_is_told_often_and_adds_up(ingest: Ingest, tmp_path: Path) -> None:
    data = jsonl(*[{"text": NEKO}] * 5_000)
    (tmp_path / "a.jsonl").write_bytes(data)
    calls: list[tuple[int, int]] = []

    def progress(*, documents: int = 0, bytes: int = 0) -> None:
        calls.append((documents, bytes))

    ingest(tmp_path / "a.jsonl", progress=progress)
    assert sum(documents for documents, _ in calls) == 5_000
    assert max(documents for documents, _ in calls) <= 1_000
    assert max(read for _, read in calls) <= 1 << 20
    assert sum(read for _, read in calls) == 2 * len(data)  # hashed, then read


def test_cancelling_stops_the_unit(folder: Path, tmp_path: Path) -> None:
    (unit,) = units(Store(tmp_path / "store"), folder)

    def progress(*, documents: int = 0, bytes: int = 0) -> None:
        raise Cancelled("asked to stop")

    with pytest.raises(Cancelled):
        run(unit, Store(tmp_path / "store"), progress)


def test_a_file_that_changed_since_the_scan_is_told_and_the_others_are_read(
    folder: Path, tmp_path: Path
) -> None:
    store = Store(tmp_path / "store")
    (unit,) = units(store, folder)
    (folder / "b.jsonl").write_bytes(jsonl({"text": NEKO}))
    ingested = read_back([run(unit, store, no_progress)], store)
    assert [file["documents"] for file in ingested.files] == [500, 0, 500]
    assert "changed since it was scanned. Ingest it again." in str(ingested.files[1]["error"])


def test_a_touched_file_is_the_same_file(folder: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    (unit,) = units(store, folder)
    os.utime(folder / "b.jsonl", ns=(1, 1))
    assert _documents(run(unit, store, no_progress)) == 1_500


def _gone(file: Path) -> None:
    file.rename(file.with_name("elsewhere"))


def _changed(file: Path) -> None:
    file.write_bytes(jsonl({"text": NEKO}))


@pytest.mark.parametrize("happens", [_gone, _changed])
@pytest.mark.parametrize("part_bytes", [20_000, 64 << 20], ids=["many parts", "one part"])
def test_a_file_that_is_not_what_was_scanned_is_told_but_never_remembered(
    happens: Callable[[Path], None],
    part_bytes: int,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(parts, "PART_BYTES", part_bytes)
    store = Store(tmp_path / "store")
    (unit,) = units(store, folder)
    undisturbed = run(unit, Store(tmp_path / "undisturbed"), no_progress)
    content = (folder / "b.jsonl").read_bytes()
    happens(folder / "b.jsonl")
    ingested = read_back([execute(unit, store)], store)
    assert [file["documents"] for file in ingested.files] == [500, 0, 500]
    assert [bool(file["error"]) for file in ingested.files] == [False, True, False]
    assert known(unit, store) is None
    (folder / "b.jsonl").write_bytes(content)
    assert execute(unit, store) == undisturbed
    assert known(unit, store) is not None


def test_a_file_written_while_it_is_read_is_never_remembered(
    small_parts: None, folder: Path, tmp_path: Path
) -> None:
    store = Store(tmp_path / "store")
    (unit,) = units(store, folder)
    written = folder / "b.jsonl"

    def progress(*, documents: int = 0, bytes: int = 0) -> None:
        with written.open("ab") as file:
            file.write(b"\n")

    ingested = read_back([execute(unit, store, progress)], store)
    assert "changed since it was scanned" in str(ingested.files[1]["error"])
    assert known(unit, store) is None


def test_a_failing_disk_fails_the_unit_which_may_be_tried_again(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path / "store")
    (unit,) = units(store, folder)
    monkeypatch.setattr("corpora.ingest.unit.Opened.entries", _raising(errno.EIO))
    with pytest.raises(SourceError, match="cannot be read now") as caught:
        run(unit, store, no_progress)
    assert caught.value.retryable


def test_a_full_disk_is_no_fault_of_the_file(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path / "store")
    (unit,) = units(store, folder)
    monkeypatch.setattr("corpora.ingest.unit.Opened.entries", _raising(errno.ENOSPC))
    with pytest.raises(StoreError, match="No space left on device"):
        execute(unit, store)


def _raising(number: int) -> Callable[..., Any]:
    def entries(_: object) -> Any:
        raise OSError(number, os.strerror(number))

    return entries


def test_an_upload_is_read_from_the_store(ingest: Ingest, store: Store) -> None:
    blob = store.put(jsonl({"text": NEKO}))
    (document,) = ingest(uploads=({"blob": blob, "name": "新聞.jsonl"},)).documents
    assert (document["text"], document["source"]) == (NEKO, "新聞.jsonl")


def test_an_unknown_format_is_refused_with_the_known_ones(ingest: Ingest, folder: Path) -> None:
    with pytest.raises(SourceError, match=r"no such format.*jsonl"):
        ingest(folder, format="docx")


def _documents(result: UnitResult) -> int:
    return int(result.counts["documents"])


@pytest.mark.parametrize("ending", [b"\n", b""])
def test_shares_of_a_large_file_give_what_the_file_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: bytes
) -> None:
    """Documents, ids, quarantine and account; also where a line is longer than a share."""
    path = tmp_path / "large.jsonl"
    records = [jsonl({"text": f"{number}。{NEKO}"}) for number in range(400)]
    records[70] = jsonl({"text": NEKO * 200})
    records[100:100] = [b'{"text": null}\n', b"\n", b"{]\n"]
    path.write_bytes(b"\xef\xbb\xbf" + b"".join(records).removesuffix(b"\n") + ending)
    store = Store(tmp_path / "store")
    (whole,) = units(store, path)
    monkeypatch.setattr(shares, "SHARE_BYTES", 8_000)
    monkeypatch.setattr(scan, "GROUP_BYTES", 100)
    divided = units(store, path)
    assert len(divided) > 5
    once, pieces = execute(whole, store), [execute(unit, store) for unit in divided]

    def tables(results: Sequence[UnitResult], role: str) -> pa.Table:
        blobs = {
            "documents": [part["documents"] for one in results for part in one.outputs["parts"]],
            "quarantine": [one.outputs["quarantine"] for one in results],
        }
        return pa.concat_tables(map(store.read_table, blobs[role])).combine_chunks()

    for role in ("documents", "quarantine"):
        assert tables(pieces, role).equals(tables([once], role))
    accounts = [account for one in pieces for account in store.read_json(one.outputs["files"])]
    # The account of a share that could not be read comes last.
    accounts.append(accounts.pop(1))
    assert joined(accounts) == store.read_json(once.outputs["files"])


def test_only_lines_are_shared_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "SHARE_BYTES", 500)
    monkeypatch.setattr(scan, "GROUP_BYTES", 100)
    lines = b"".join(jsonl({"text": f"{number}。{NEKO}"}) for number in range(50))
    text = lines.decode()
    files = {
        "packed.jsonl.gz": gzip.compress(os.urandom(9_000)),
        "wide.jsonl": text.encode("utf-16"),
        "old.jsonl": text.encode("shift_jis"),
        "mac.jsonl": lines.replace(b"\n", b"\r"),
        "story.txt": f"{NEKO}\n".encode() * 50,
        "table.csv": b"text\n" + f'"{NEKO}"\n'.encode() * 50,
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    store = Store(tmp_path / "store")
    for name in files:
        assert len(units(store, tmp_path / name)) == 1, name
    (tmp_path / "lines.jsonl").write_bytes(lines)
    assert len(units(store, tmp_path / "lines.jsonl")) > 1
    plan = IngestPlan(paths=(str(tmp_path / "lines.jsonl"),), format="text")
    (unit,) = plan.units("scan", {})
    assert len(execute(unit, store).counts["groups"]) == 1
