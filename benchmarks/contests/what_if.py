"""What settings would keep: a limit is moved five times over columns of millions of documents."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.contest import Answers, Contender, Contest, Given
from benchmarks.workshop import Workshop

GROUPS = 40
#: Signal, minimum, maximum.
RULES = (
    ("characters", 400, None),
    ("hiragana", 0.2, 0.7),
    ("katakana", None, 0.5),
    ("sentence", 20, 90),
    ("symbols", None, 0.1),
    ("repeated", None, 0.3),
    ("digits", None, 0.2),
    ("hits", None, 2),
)
_OURS = "ours, as the studio asks"


def _prepare(shop: Workshop) -> Given:
    """One Parquet file, and each column as an array that can be mapped into memory."""
    draw = np.random.default_rng(shop.seed)
    rows = shop.signatures
    shares = {"hiragana": (6, 8), "katakana": (1, 6), "symbols": (1, 20), "repeated": (1, 9),
              "digits": (1, 30)}  # fmt: skip
    columns: dict[str, np.ndarray[Any, Any]] = {
        "characters": np.round(draw.lognormal(7, 1, rows)),
        "sentence": draw.gamma(4, 12, rows),
        "hits": draw.poisson(0.5, rows),
        **{name: draw.beta(*shape, rows) for name, shape in shares.items()},
    }
    columns = {name: values.astype(np.float32) for name, values in columns.items()}
    columns["grp"] = draw.integers(0, GROUPS, rows).astype(np.uint16)
    for name, values in columns.items():
        np.save(shop.folder / f"{name}.npy", values)
    path = shop.folder / "signals.parquet"
    pq.write_table(pa.table(columns), path, compression="zstd", row_group_size=250_000)
    options = {"rules": json.dumps(RULES), "columns": str(shop.folder), "rows": str(rows)}
    return Given(input=path, options=options)


def _agreement(shop: Workshop, given: Given, answers: Answers) -> Mapping[str, str]:
    if _OURS not in answers:
        return {}
    ours = np.fromfile(answers[_OURS].results["totals"], np.int64)
    kept = ours.reshape(len(RULES) + 1, 2, GROUPS)[-1, 0].sum()
    found = {_OURS: f"keeps {kept:,} of {shop.signatures:,}"}
    for label, answer in answers.items():
        if label != _OURS:
            same = (np.fromfile(answer.results["totals"], np.int64) == ours).mean()
            found[label] = f"{same:.2%} of {len(ours)} sums as ours"
    return found


CONTEST = Contest(
    name="what_if",
    title="What settings would keep",
    contenders=(
        Contender(label=_OURS, module="ours.what_if", work="what_if"),
        Contender(label="ours, nothing known yet", module="ours.what_if", work="what_if.first"),
        Contender(label="duckdb, its own table", module="peers.duckdb", work="what_if.table"),
        Contender(label="duckdb, over Parquet", module="peers.duckdb", work="what_if"),
        Contender(label="polars, in memory", module="peers.polars", work="what_if.memory"),
        Contender(label="polars, over Parquet", module="peers.polars", work="what_if"),
    ),
    prepare=_prepare,
    agreement=_agreement,
    unit="documents",
    target="a whole answer within 400 ms at 10 million documents",
)
