"""Which files have the columns that a mapping names, found out before anything is read.

Files of one source need not be alike. Of each as many records are read as it takes to see
every column, within bounds, in one process that is limited as a look at one file is.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from corpora.errors import KotoguraError
from corpora.ingest.columns import Columns, ColumnsRefused, Stated, checked, names_of
from corpora.ingest.entries import singly
from corpora.ingest.looking import (
    LOOKED_AT,
    MOST_BYTES,
    MOST_COLUMNS,
    ask,
    asked,
    opened,
    too_dear,
)

#: Files that are looked into: the first ones of a source.
MOST_FILES = 20

#: A file, and how it is shown.
File = tuple[Path, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """What the files that were looked into do not have."""

    #: Those whose records have columns at all; of others a mapping says nothing.
    files: int
    #: (how a file is shown, the columns that it lacks), in the order of the files.
    each: list[tuple[str, list[str]]]


def require_columns(files: Iterable[File], format: str, columns: Stated) -> Lacking:
    """What each of the first files lacks of these columns.

    Raises ColumnsRefused, with the columns that there are, for one that none of them has, and
    SourceError when the first one costs too much to look into.
    """
    wanted = [name for names in checked(columns).values() for name in names]
    some = list(islice(files, MOST_FILES))
    found = [(name, there) for name, there in _columns_of(some, format, wanted) if there]
    for name in wanted:
        if not any(name in there for _, there in found):
            raise _refused(name, found)
    lacks = [(name, [one for one in wanted if one not in there]) for name, there in found]
    return Lacking(files=len(found), each=[(name, some) for name, some in lacks if some])


def _refused(name: str, found: Sequence[tuple[str, list[str]]]) -> ColumnsRefused:
    there = list(dict.fromkeys(one for _, some in found for one in some))
    if not there:
        return ColumnsRefused(
            "the records of this file have no columns.", remedy="Leave the mapping out."
        )
    remedy = f"There are: {', '.join(there)}."
    if len(found) == 1:
        return ColumnsRefused(f'there is no column "{name}".', remedy=remedy)
    return ColumnsRefused(
        f'none of the {len(found)} files looked at has the column "{name}".', remedy=remedy
    )


def _columns_of(
    files: Sequence[File], format: str, wanted: Sequence[str]
) -> list[tuple[str, list[str]]]:
    """(how it is shown, its columns) of the first files, as many as time and memory allow."""
    request = {
        "files": [[str(path), name] for path, name in files],
        "format": format,
        "wanted": wanted,
    }
    said, _whole = ask("corpora.ingest.lacking", request)
    # A line that has no end was cut by a limit.
    lines = said.split(b"\n")[:-1]
    if files and not lines:
        raise too_dear(files[0][1])
    return [(name, orjson.loads(line)) for (_, name), line in zip(files, lines, strict=False)]


def look_into(
    files: Iterable[File], format: str, wanted: Sequence[str], tell: Callable[[list[str]], None]
) -> None:
    """``tell`` the columns of each file: of its first 200 records, and of as many more as it takes
    to see every one of ``wanted``, as long as no more than 64 MB are read in all."""
    read = 0

    def progress(*, documents: int = 0, bytes: int = 0) -> None:
        nonlocal read
        read += bytes

    for path, source in files:
        there: dict[str, None] = {}

        def see(record: Mapping[str, Any], there: dict[str, None] = there) -> None:
            if len(there) < MOST_COLUMNS:
                there.update(dict.fromkeys(names_of(record)))

        with opened(path, source, format, progress, Columns(see=see)) as file:
            try:
                for number, entry in enumerate(singly(file.entries()), 1):
                    if callable(entry):
                        entry()
                    seen = all(name in there for name in wanted)
                    if seen or (number >= LOOKED_AT and read > MOST_BYTES):
                        break
            except (KotoguraError, OSError):
                pass  # What it has is what could be read of it; why no more, reading says.
        tell(list(there))


def main() -> None:
    request = asked()
    files = [(Path(path), name) for path, name in request["files"]]

    def tell(there: list[str]) -> None:
        sys.stdout.buffer.write(orjson.dumps(there) + b"\n")
        sys.stdout.buffer.flush()

    look_into(files, request["format"], request["wanted"], tell)


if __name__ == "__main__":
    main()
