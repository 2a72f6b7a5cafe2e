"""People's judgements from a file: Parquet, or text with a tab between id and verdict.

Of one document a word says "keep", "drop" or "prefer" (keep this one of its copies, if any rule
lets it). Of two, "apart" says that they are no duplicates; a third column names the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from corpora.documents import APART, JUDGEMENTS
from corpora.errors import SourceError

_VERDICTS = ("keep", "drop", "prefer")
_APART = "apart"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judged:
    #: JUDGEMENTS rows sorted by id, the last word on each.
    documents: pa.Table
    #: APART rows.
    apart: pa.Table


def read(path: Path) -> Judged:
    """Raises SourceError."""
    try:
        with path.open("rb") as file:
            parquet = file.read(4) == b"PAR1"
        rows = _from_parquet(path) if parquet else _from_text(path)
    except OSError as error:
        raise _error(path, f"cannot be read: {error.strerror}.", "Check --judgements.") from error
    except (pa.ArrowException, UnicodeDecodeError) as error:
        raise _error(
            path,
            "these are no judgements.",
            "Give Parquet with the columns id and verdict, or UTF-8 text: the id, a tab, keep "
            "or drop.",
        ) from error
    last: dict[str, str] = {}
    pairs: set[tuple[str, str]] = set()
    for id_, verdict, other in rows:
        if verdict == _APART and other and other != id_:
            pairs.add((min(id_, other), max(id_, other)))
        elif verdict == _APART:
            raise _error(
                path, f"{id_} is apart from nobody.", "Write the id of another document after it."
            )
        elif verdict not in _VERDICTS:
            raise _error(
                path, f"{id_} is judged {verdict!r}.", "Write keep, drop, prefer or apart."
            )
        else:
            last[id_] = verdict
    ids, apart = sorted(last), sorted(pairs)
    said = {"id": ids, "verdict": [last[id_] for id_ in ids]}
    return Judged(
        documents=pa.table(said, schema=JUDGEMENTS),
        apart=pa.table({"a": [a for a, _ in apart], "b": [b for _, b in apart]}, schema=APART),
    )


def _from_parquet(path: Path) -> list[tuple[str, str, str]]:
    """A column "other" need not be there."""
    names = [name for name in ("id", "verdict", "other") if name in pq.read_schema(path).names]
    if names[:2] != ["id", "verdict"]:
        raise _error(path, "there is no column id or verdict.", "Name the columns id and verdict.")
    table: Any = pq.read_table(path, columns=names)
    if len(names) == 2:
        table = table.append_column("other", pa.nulls(table.num_rows, pa.string()))
    columns = [table[name].cast(pa.string()).to_pylist() for name in ("id", "verdict", "other")]
    return [(id_, verdict, other or "") for id_, verdict, other in zip(*columns, strict=True)]


def _from_text(path: Path) -> list[tuple[str, str, str]]:
    """An empty line says nothing, a first line "id, verdict" names the columns."""
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        id_, verdict, other = (piece.strip() for piece in f"{line}\t\t".split("\t", 3)[:3])
        if line.strip() and "\t" not in line:
            raise _error(path, f"line {number} has no tab.", "Write the id, a tab, keep or drop.")
        if id_ and (number, id_, verdict) != (1, "id", "verdict"):
            rows.append((id_, verdict, other))
    return rows


def _error(path: Path, reason: str, remedy: str) -> SourceError:
    return SourceError(str(path), None, reason, remedy=remedy)
