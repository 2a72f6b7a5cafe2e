"""The ingest unit: a group of files becomes parts of documents and a quarantine.

Every finished part is recorded under a key of its own, with the place where the
next one begins: a unit that was killed goes on there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from corpora.documents import QUARANTINE, Document, Rejected
from corpora.errors import SourceError
from corpora.ingest.accounts import Account
from corpora.ingest.checkpoints import checkpoint
from corpora.ingest.columns import columns_of
from corpora.ingest.entries import Batch, Entry, Outcome, Single, singly
from corpora.ingest.formats import reader_named
from corpora.ingest.parquet_process import ParquetProcess
from corpora.ingest.parts import PartWriter
from corpora.ingest.reading import Opened
from corpora.ingest.rows import Rows
from corpora.ingest.scan import digest_of, local_path
from corpora.stages import Progress, UnitResult, UnitSpec
from corpora.storage import Store
from corpora.store_errors import DISK_FULL

#: Entries between two calls of progress, at most.
_PULSE = 1_000


@dataclass(kw_only=True)
class Cursor:
    """Where the next part begins, and what the parts before it gave."""

    #: Index of the file, and how many of its entries are in finished parts.
    file: int = 0
    entries: int = 0
    parts: list[dict[str, Any]] = field(default_factory=list)
    quarantines: list[str] = field(default_factory=list)
    reasons: dict[str, int] = field(default_factory=dict)
    #: Of the files up to and including the current one.
    accounts: list[Account] = field(default_factory=list)


def run(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    """Stage "ingest": see ``IngestPlan`` for the parameters, ``docs/formats.md`` for the rest."""
    ingest = _Ingest(unit, store, progress)
    ingest.run()
    return ingest.result()


def _outcomes_of(entry: Entry) -> Iterator[Rows | Rejected]:
    if isinstance(entry, Batch):
        found = entry.together()
    else:
        found = iter([entry if isinstance(entry, Rejected) else entry()])
    for outcome in found:
        yield Rows.of(outcome) if isinstance(outcome, Document) else outcome


def _size(outcome: Rows | Rejected) -> int:
    """How many entries of the file it is."""
    return len(outcome) if isinstance(outcome, Rows) else 1


def _with_robots(entry: Single, directives: list[str]) -> Single:
    """What a server says of a file holds for every document in it."""
    return entry if isinstance(entry, Rejected) else partial(_told_of_robots, entry, directives)


def _told_of_robots(entry: Callable[[], Outcome], directives: list[str]) -> Outcome:
    outcome = entry()
    if isinstance(outcome, Document):
        own = outcome.metadata.get("robots", [])
        own = own if isinstance(own, list) else [own]
        outcome.metadata["robots"] = list(dict.fromkeys([*directives, *own]))
    return outcome


class _Ingest:
    def __init__(self, unit: UnitSpec, store: Store, progress: Progress) -> None:
        self._unit = unit
        self._store = store
        self._progress = progress
        self._files: list[dict[str, Any]] = unit.hints["files"]
        self._cursor = self._resume()
        #: False once a file was found gone, changed or closed to us: see UnitResult.lasting.
        self._lasting = True
        #: Path, size and time of the touched file whose content was compared last.
        self._compared: tuple[Path, int, int] | None = None
        #: Entries and documents since progress was last called.
        self._pending = self._done = 0
        self._parquet = ParquetProcess()
        #: The one that is being written.
        self._part: PartWriter

    def run(self) -> None:
        if self._unit.params["format"] != "auto":
            reader_named(self._unit.params["format"])
        with ExitStack() as stack:
            stack.enter_context(self._parquet)
            scratch = stack.enter_context(self._store.scratch())
            outcomes = self._outcomes(scratch)
            stack.callback(outcomes.close)
            while self._cursor.file < len(self._files):
                self._write_part(outcomes)

    def result(self) -> UnitResult:
        cursor = self._cursor
        accounts = [account.to_json() for account in cursor.accounts]
        return UnitResult(
            outputs={
                "parts": cursor.parts,
                "quarantine": self._join(cursor.quarantines),
                "files": self._store.put_json(accounts),
            },
            counts={
                "documents": sum(account.documents for account in cursor.accounts),
                "quarantined": cursor.reasons,
                "bytes": sum(account.bytes for account in cursor.accounts),
                "files": len(accounts),
            },
            lasting=self._lasting,
        )

    def _write_part(self, outcomes: Iterator[tuple[str, Rows | Rejected]]) -> None:
        params = self._unit.params
        self._part = PartWriter(self._store, params["licence"], params["domain"])
        with self._part as part:
            for name, outcome in outcomes:
                part.add(outcome, name)
                size = _size(outcome)
                self._pulse(entries=size, documents=size if isinstance(outcome, Rows) else 0)
                if part.full:
                    break
        self._commit(part)

    def _outcomes(self, scratch: Path) -> Generator[tuple[str, Rows | Rejected], None, None]:
        """Every outcome from the cursor on; the cursor stands behind what was yielded."""
        cursor = self._cursor
        while cursor.file < len(self._files):
            file = self._files[cursor.file]
            skip = cursor.entries
            cursor.entries = 0
            account = self._account(file)
            opened = self._open(file, scratch)
            try:
                for entry in self._entries(file, opened):
                    account.format = opened.found
                    for outcome in self._worked_out(entry, skip):
                        account.count(outcome, file["name"])
                        cursor.entries += _size(outcome)
                        yield file["name"], outcome
            except SourceError as error:
                if error.retryable:
                    raise
                account.error = str(error)
            account.format = opened.found
            account.warning = "; ".join(opened.warnings) or None
            account.skipped = dict(sorted(opened.skipped.items()))
            cursor.file += 1
            cursor.entries = 0

    def _worked_out(self, entry: Entry, skip: int) -> Iterator[Rows | Rejected]:
        """What becomes of an entry but for what is among the first ``skip`` of its file.

        Rows come in pieces that the part at hand has room for.
        """
        count = entry.records if isinstance(entry, Batch) else 1
        passed = min(max(skip - self._cursor.entries, 0), count)
        self._cursor.entries += passed
        if passed == count:
            self._pulse(entries=count, documents=0)
            return
        for outcome in _outcomes_of(entry):
            size = _size(outcome)
            known, passed = min(passed, size), max(passed - size, 0)
            if isinstance(outcome, Rejected):
                if not known:
                    yield outcome
                continue
            rows = outcome[known:] if known else outcome
            while (fitting := self._part.room(rows)) < len(rows):
                yield rows[:fitting]
                rows = rows[fitting:]
            if rows:
                yield rows

    def _entries(self, file: Mapping[str, Any], opened: Opened) -> Iterator[Entry]:
        try:
            if self._unchanged(file, opened.path):
                entries = opened.entries()
                if "robots" in file:
                    entries = (_with_robots(one, file["robots"]) for one in singly(entries))
                yield from entries
            # Looked at again: what was written while it was read is nothing anybody hashed.
            if not self._unchanged(file, opened.path):
                raise self._passing(file, "changed since it was scanned.", "Ingest it again.")
        except (FileNotFoundError, PermissionError) as error:
            raise self._passing(
                file,
                f"cannot be read: {error.strerror}.",
                "Check that the file is still there and that the workers may read it.",
            ) from error
        except OSError as error:
            if error.errno in DISK_FULL:  # of the store's scratch folder
                raise
            raise SourceError(
                file["source"],
                None,
                f"cannot be read now: {error.strerror or error}.",
                remedy="Check the disk or the network share, then ingest again.",
                retryable=True,
            ) from error

    def _passing(self, file: Mapping[str, Any], reason: str, remedy: str) -> SourceError:
        """This file fails and the others go on, but the next run looks at it anew."""
        self._lasting = False
        return SourceError(file["source"], None, reason, remedy=remedy)

    def _open(self, file: Mapping[str, Any], scratch: Path) -> Opened:
        return Opened(
            path=local_path(file, self._store),
            source=file["source"],
            format=self._unit.params["format"],
            scratch=scratch,
            parquet=self._parquet,
            columns=columns_of(self._unit.params.get("columns", {})),
            share=tuple(file["share"]) if "share" in file else None,
            progress=self._progress,
        )

    def _account(self, file: Mapping[str, Any]) -> Account:
        """The current file's account; a new one unless a resumed part had begun it."""
        if len(self._cursor.accounts) == self._cursor.file:
            self._cursor.accounts.append(Account.of(file))
        return self._cursor.accounts[self._cursor.file]

    def _unchanged(self, file: Mapping[str, Any], path: Path) -> bool:
        """Whether it is what was scanned; a touched file with the same content is."""
        now = path.stat()
        if now.st_size != file["bytes"]:
            return False
        seen = (path, now.st_size, now.st_mtime_ns)
        if file["mtime_ns"] in (0, now.st_mtime_ns) or self._compared == seen:
            return True
        if digest_of(path, self._progress) != file["sha256"]:
            return False
        self._compared = seen
        return True

    def _pulse(self, *, entries: int, documents: int) -> None:
        if self._pending + entries > _PULSE:
            self._report()
        self._pending += entries
        self._done += documents

    def _report(self) -> None:
        self._progress(documents=self._done)
        self._pending = self._done = 0

    # -- checkpoints ---------------------------------------------------------------------

    def _commit(self, part: PartWriter) -> None:
        """Record the finished part and where the next begins."""
        cursor = self._cursor
        number = len(cursor.quarantines)
        if (result := part.result()) is not None:
            cursor.parts.append(result)
        cursor.quarantines.append(part.quarantine)
        cursor.reasons = dict(sorted((Counter(cursor.reasons) + part.reasons).items()))
        self._report()
        if cursor.file < len(self._files) and self._may_record():
            self._store.record(
                checkpoint(self._unit.key, number), {"outputs": asdict(cursor), "counts": {}}
            )

    def _may_record(self) -> bool:
        """Not once a file was not what the key says, nor when the one at hand is not."""
        file = self._files[self._cursor.file]
        try:
            return self._lasting and self._unchanged(file, local_path(file, self._store))
        except OSError:
            return False

    def _resume(self) -> Cursor:
        """The cursor of the last recorded part whose blobs are all there."""
        cursor = Cursor()
        number = 0
        while (value := self._store.lookup(checkpoint(self._unit.key, number))) is not None:
            outputs = value["outputs"]
            blobs = [part["documents"] for part in outputs["parts"]]
            blobs += filter(None, outputs["quarantines"])
            if not all(map(self._store.keep, blobs)):
                break
            outputs["accounts"] = [Account(**account) for account in outputs["accounts"]]
            cursor = Cursor(**outputs)
            number += 1
        return cursor

    def _join(self, blobs: list[str]) -> str:
        """The quarantines of all parts as one blob."""
        with self._store.table_writer(QUARANTINE) as writer:
            for blob in filter(None, blobs):
                with self._store.parquet(blob) as file:
                    for group in range(file.num_row_groups):
                        writer.write(file.read_row_group(group))
        return writer.sha256
