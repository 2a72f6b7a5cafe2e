"""Mutants read through the door that a unit uses, and what must hold whatever they are."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa

from corpora.documents import DOCUMENTS, QUARANTINE, QUARANTINE_BYTES
from corpora.ingest.streams import BZIP2, GZIP, XZ, ZSTD
from corpora.ingest.unit import run
from corpora.stages import UnitSpec, no_progress
from corpora.storage import Store
from tests.fuzz.forms import forms
from tests.fuzz.limits import Hang, left_open, limited, open_files, peak, peak_from_now
from tests.fuzz.mutations import mutant

#: Seconds of processor time for one mutant of at most a quarter of a mebibyte, …
SECONDS = 4
#: … and by how much the process may grow over it: a record and what it expands to.
GROWTH = 256 << 20
#: Cases that one unit reads: what it costs to begin and to end a unit is a tenth of a case then.
AT_ONCE = 1_000
#: Where files are memory, and so much of it that two runs do not fill it.
_MEMORY = Path("/dev/shm")
_ROOM = 1 << 30
_BYTE = re.compile(r"byte:(\d+)")
_PACKED = (GZIP, ZSTD, XZ, b"PK", b"Q*M\x18")


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    data: bytes


def cases(form: str, seed: int, numbers: range) -> list[Case]:
    made = forms()[form]
    return [Case(*mutant(made, seed, number)) for number in numbers]


def batches(form: str, seed: int, numbers: range) -> Iterator[tuple[list[Case], str]]:
    """The cases, and as what they are read: told by their content, and every other time by the
    name of their reader."""
    for first in range(0, len(numbers), AT_ONCE):
        named = forms()[form].reader if numbers[first] // AT_ONCE % 2 else None
        yield cases(form, seed, numbers[first : first + AT_ONCE]), named or "auto"


@contextmanager
def folder() -> Iterator[Path]:
    """A folder for cases and what becomes of them; not on a disk where that can be."""
    roomy = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM
    place = _MEMORY if roomy else None
    with tempfile.TemporaryDirectory(prefix="kotogura-fuzz-", dir=place) as path:
        yield Path(path)


def faults(cases: Sequence[Case], format: str, folder: Path) -> Iterator[tuple[Case, str]]:
    """The cases that break a promise, and which one. All are read by one unit if all goes well."""
    if (told := _fault(cases, format, folder)) is None:
        return
    if len(cases) == 1:
        yield cases[0], told
        return
    middle = len(cases) // 2
    for half in (cases[:middle], cases[middle:]):
        yield from faults(half, format, folder)


def _fault(cases: Sequence[Case], format: str, folder: Path) -> str | None:
    """What is wrong with how they are read; None when nothing is."""
    store = Store(folder / "store")
    files = [_file(case, folder) for case in cases]
    unit = UnitSpec(
        stage="ingest",
        # No two batches are one unit, which would go on where the other stopped.
        inputs={"cases": [hash(case.data) for case in cases]},
        params={"format": format, "licence": None, "domain": None},
        hints={"files": files},
    )
    opened, before = open_files(), peak_from_now()
    try:
        with limited(SECONDS):
            result = run(unit, store, no_progress)
        _examine(cases, result.outputs, result.counts, store)
    except (Exception, Hang) as error:  # noqa: BLE001 - any of them is what is looked for
        return f"{type(error).__name__}: {error}"
    finally:
        for case in cases:
            (folder / case.name).unlink()
    if (grown := peak() - before) > GROWTH:
        return f"the process grew by {grown >> 20} MiB"
    if left_open(opened):
        return "a file was left open"
    if left := list((store.root / "scratch").iterdir()):
        return f"left in the scratch folder: {left[0].name}"
    return None


def _file(case: Case, folder: Path) -> dict[str, Any]:
    """As the scan tells of it; its digest is asked for only of a file that was touched."""
    path = folder / case.name
    path.write_bytes(case.data)
    return {
        "path": str(path),
        "name": case.name,
        "source": case.name,
        "bytes": len(case.data),
        "sha256": "",
        "mtime_ns": path.stat().st_mtime_ns,
        "origin": "fuzz",
    }


# -- what must hold ----------------------------------------------------------------------


def _examine(
    cases: Sequence[Case], outputs: dict[str, Any], counts: dict[str, Any], store: Store
) -> None:
    """Raises AssertionError with the promise that is broken."""
    documents = pa.concat_tables(
        [
            DOCUMENTS.empty_table(),
            *(store.read_table(part["documents"]) for part in outputs["parts"]),
        ]
    )
    quarantine = store.read_table(outputs["quarantine"])
    documents.validate(full=True)
    quarantine.validate(full=True)
    assert documents.schema == DOCUMENTS
    assert quarantine.schema == QUARANTINE
    rows, rejected = documents.to_pylist(), quarantine.to_pylist()
    _add_up(cases, rows, rejected, store.read_json(outputs["files"]), counts)
    sizes = {case.name: _plain_size(case.data) for case in cases}
    ids = Counter(row["id"] for row in rows)
    assert not ids or max(ids.values()) == 1, f"two documents are {ids.most_common(1)[0][0]}"
    for row in rows:
        assert row["text"].strip(), "a document without text"
        _within(row, sizes)
        metadata = orjson.loads(row["metadata"])
        for start, length, _ in metadata.get("ruby", {}).get("list", ()):
            assert 0 <= start < start + length <= len(row["text"]), "ruby outside of the text"
    for row in rejected:
        assert row["reason"]
        assert len(row["bytes"]) <= QUARANTINE_BYTES
        _within(row, sizes)


def _add_up(
    cases: Sequence[Case],
    rows: list[dict[str, Any]],
    rejected: list[dict[str, Any]],
    accounts: list[dict[str, Any]],
    counts: dict[str, Any],
) -> None:
    """The rows of each file are as many as its account says, and the sums are theirs."""
    assert [account["path"] for account in accounts] == [case.name for case in cases]
    for kind, found in (("documents", rows), ("quarantined", rejected)):
        by_file = Counter(row["source"].partition("#")[0] for row in found)
        told = {account["path"]: account[kind] for account in accounts if account[kind]}
        assert by_file == told, f"{kind}: {dict(by_file)} are there, {told} are told"
    assert counts["documents"] == len(rows)
    assert counts["quarantined"] == dict(sorted(Counter(row["reason"] for row in rejected).items()))
    assert counts["bytes"] == sum(len(case.data) for case in cases)


def _within(row: dict[str, Any], sizes: dict[str, int | None]) -> None:
    """Its place is in the file, where the file's bytes are what is counted."""
    size, found = sizes.get(row["source"]), _BYTE.fullmatch(row["locator"])
    if size is not None and found is not None:
        assert int(found[1]) <= size, f"{row['locator']} of {size} bytes"


def _plain_size(data: bytes) -> int | None:
    """Bytes that can be counted in the file: UTF-16 becomes half as long again in UTF-8."""
    packed = data.startswith(_PACKED) or BZIP2.match(data)
    return None if packed else 2 * len(data)
