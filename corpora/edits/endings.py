"""The unit that counts the last lines of a part's kept documents, by host or folder."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pyarrow as pa

from corpora.edits.kept import Kept, kept_documents
from corpora.edits.tails import LONGEST
from corpora.kernels.tails import TOO_LONG, gathered, last_lines
from corpora.stages import Progress, UnitResult, UnitSpec
from corpora.storage import Store

_LINES: list[tuple[str, pa.DataType]] = [
    # Of group and line: equal where both are.
    ("key", pa.uint64()),
    ("group", pa.string()),
    ("line", pa.large_string()),
    ("documents", pa.int64()),
]
#: Sorted by key, group and line; each line is counted once a document.
ENDINGS = pa.schema(_LINES)

_SIZES: list[tuple[str, pa.DataType]] = [("group", pa.string()), ("documents", pa.int64())]
#: Sorted by group: all its kept documents.
GROUPS = pa.schema(_SIZES)


def run(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    """Outputs: endings (ENDINGS) and groups (GROUPS). Counts: lines, groups."""
    sizes: Counter[str] = Counter()
    counted = [pa.table({**_columns_of_none(), "documents": pa.array([], pa.int64())})]
    for kept in kept_documents(store, unit.inputs):
        for name in kept.groups.each():
            sizes[name] += 1
        lines = _lines(kept, number=unit.params["lines"])
        counted.append(_added(lines.append_column("documents", _ones(lines.num_rows))))
        progress(documents=kept.read)
    endings = _added(pa.concat_tables(counted))
    endings = endings.sort_by(
        [("key", "ascending"), ("group", "ascending"), ("line", "ascending")]
    ).cast(ENDINGS)
    groups = pa.table([sorted(sizes), [sizes[name] for name in sorted(sizes)]], schema=GROUPS)
    return UnitResult(
        outputs={"endings": store.put_table(endings), "groups": store.put_table(groups)},
        counts={"lines": endings.num_rows, "groups": groups.num_rows},
    )


def _columns_of_none() -> dict[str, pa.Array[Any]]:
    return {name: pa.array([], kind) for name, kind in _LINES if name != "documents"}


def _ones(rows: int) -> pa.Array[Any]:
    return pa.array([1] * rows, pa.int64())


def _added(lines: pa.Table) -> pa.Table:
    """Each line once, with the sum of its documents."""
    by = ["key", "group", "line"]
    table = lines.group_by(by, use_threads=False).aggregate([("documents", "sum")])
    return table.select([*by, "documents_sum"]).rename_columns([*by, "documents"])


def _lines(kept: Kept, *, number: int) -> pa.Table:
    """The last lines of each document, once each; none that is too long."""
    tails = last_lines(
        kept.source,
        kept.places,
        kept.groups.seeds(),
        number=number,
        longest=LONGEST,
        distinct=True,
    )
    short = tails.keys != TOO_LONG
    groups = pa.array(kept.groups.names, pa.string()).take(
        pa.array(kept.groups.codes[tails.owners[short]])
    )
    lines = gathered(kept.source, tails.begins[short], tails.ends[short]).to_arrow()
    return pa.table(
        {"key": tails.keys[short], "group": groups, "line": lines.cast(pa.large_string())}
    )
