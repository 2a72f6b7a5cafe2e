"""What has arrived of a file so far, and what tells that the rest belongs to it.

One process at a time goes on with it. Another one (its lease was lost, but it still runs) gets a
folder of its own, and begins at the beginning.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from io import BufferedRandom
from pathlib import Path
from typing import Any

import orjson

from corpora.storage import Store

#: Bytes, or seconds, after which what has arrived is made to survive a crash of the machine.
_SYNC_BYTES = 64 << 20
_SYNC_SECONDS = 5.0
#: Since the last of it arrived.
_FORGET_SECONDS = 7 * 86_400.0
_BYTES = "bytes"
_STATE = "state.json"


@dataclass(slots=True, kw_only=True)
class Validators:
    """What the server said of the file when its first byte was sent."""

    etag: str = ""
    last_modified: str = ""
    #: Of the whole file; None when nobody says.
    total: int | None = None
    #: [where it was stated, algorithm, hex]
    digests: list[list[str]] = field(default_factory=list)
    #: X-Robots-Tag and TDM-Reservation, as directives.
    robots: list[str] = field(default_factory=list)
    content_type: str = ""

    @property
    def condition(self) -> str:
        """For If-Range; "" when the rest could be of another file. Weak tags do not do."""
        strong = self.etag if self.etag.startswith('"') else ""
        return strong or self.last_modified


class Partial:
    """The bytes in ``path``: the first ``size`` are those of the file that ``validators`` name."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / _BYTES
        self._state = folder / _STATE
        self.validators = Validators()
        self.size = 0
        self._file: BufferedRandom
        self._synced = 0
        self._synced_at = time.monotonic()

    def write(self, chunk: bytes) -> None:
        self._file.write(chunk)
        self.size += len(chunk)
        late = time.monotonic() - self._synced_at > _SYNC_SECONDS
        if late or self.size - self._synced >= _SYNC_BYTES:
            self.sync()

    def restart(self, validators: Validators) -> None:
        """Forget what has arrived: from here on, it is the file that these name."""
        self._file.seek(0)
        self._file.truncate()
        self.size = 0
        self.validators = validators
        self.sync()

    def sync(self) -> None:
        """What has arrived survives a crash; the record of it is written after it."""
        self._file.flush()
        os.fsync(self._file.fileno())
        new = self._state.with_suffix(".new")
        new.write_bytes(orjson.dumps({**asdict(self.validators), "bytes": self.size}))
        new.replace(self._state)
        self._synced, self._synced_at = self.size, time.monotonic()

    def path_synced(self) -> Path:
        """The file, with everything that was written in it."""
        self.sync()
        return self.path

    def open(self) -> None:
        self.path.touch()
        self._file = self.path.open("r+b")
        state = _read(self._state)
        self.size = min(state.pop("bytes", 0), self.path.stat().st_size)
        self.validators = Validators(**state)
        self._file.truncate(self.size)
        self._file.seek(self.size)

    def close(self) -> None:
        with self._file:
            if self.path.exists():
                self.sync()

    def remove(self) -> None:
        """Its bytes are in the store, or are not wanted."""
        self.path.unlink(missing_ok=True)
        self._state.unlink(missing_ok=True)


@contextmanager
def partial(store: Store, key: str) -> Iterator[Partial]:
    """What an earlier try left under ``key``, to go on with, and to be left for the next."""
    folder = _folder(store, key)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            with store.scratch() as own:
                yield from _opened(own)
        else:
            yield from _opened(folder)
            if not (folder / _BYTES).exists():
                shutil.rmtree(folder, ignore_errors=True)


def expect(store: Store, key: str, total: int) -> None:
    """Say how many bytes there will be, of a fetch that is not of one file."""
    (_folder(store, key) / _STATE).write_bytes(orjson.dumps({"total": total}))


def expected(store: Store, key: str) -> int | None:
    """Bytes that there will be, while a fetch is at work and knows; for people who wait."""
    total: int | None = _read(_folder(store, key) / _STATE).get("total")
    return total


def forget_old(store: Store) -> None:
    """Remove what runs left behind that nobody has gone on with."""
    before = time.time() - _FORGET_SECONDS
    for folder in _folder(store).iterdir():
        with contextlib.suppress(FileNotFoundError):
            if folder.stat().st_mtime < before:
                shutil.rmtree(folder, ignore_errors=True)


def _folder(store: Store, key: str = "") -> Path:
    """Of one key, or of all: on the store's own disk, where ``gc`` knows it as unfinished."""
    folder = store.root / "scratch" / "partials" / key
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _opened(folder: Path) -> Iterator[Partial]:
    found = Partial(folder)
    found.open()
    try:
        yield found
    finally:
        found.close()


def _read(state: Path) -> dict[str, Any]:
    try:
        value: dict[str, Any] = orjson.loads(state.read_bytes())
    except (FileNotFoundError, orjson.JSONDecodeError):
        return {}
    return value
