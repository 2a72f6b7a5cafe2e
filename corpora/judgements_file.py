"""People's judgements from a file: Parquet, or text with a tab between id and verdict."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from corpora.documents import JUDGEMENTS
from corpora.errors import SourceError


def read(path: Path) -> pa.Table:
    """JUDGEMENTS rows sorted by id, the last word on each. Raises SourceError."""
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
    last = dict(rows)
    for id_, verdict in last.items():
        if verdict not in ("keep", "drop"):
            raise _error(path, f"{id_} is judged {verdict!r}.", "Write keep or drop.")
    ids = sorted(last)
    return pa.table({"id": ids, "verdict": [last[id_] for id_ in ids]}, schema=JUDGEMENTS)


def _from_parquet(path: Path) -> list[tuple[str, str]]:
    table = pq.read_table(path, columns=["id", "verdict"])
    if table.column_names != ["id", "verdict"]:
        raise _error(path, "there is no column id or verdict.", "Name the columns id and verdict.")
    columns = (table[name].cast(pa.string()).to_pylist() for name in table.column_names)
    return list(zip(*columns, strict=True))


def _from_text(path: Path) -> list[tuple[str, str]]:
    """An empty line says nothing, a first line "id, verdict" names the columns."""
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        id_, _, verdict = (piece.strip() for piece in line.partition("\t"))
        if line.strip() and "\t" not in line:
            raise _error(path, f"line {number} has no tab.", "Write the id, a tab, keep or drop.")
        if id_ and (number, id_, verdict) != (1, "id", "verdict"):
            rows.append((id_, verdict))
    return rows


def _error(path: Path, reason: str, remedy: str) -> SourceError:
    return SourceError(str(path), None, reason, remedy=remedy)
