"""Passages cut from hand-made parts: the units in their order, as a plan would run them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pyarrow as pa

from corpora.documents import DECISIONS, DOCUMENTS, TEXT
from corpora.edits import account, copies, endings, footers, hashes, unit
from corpora.stages import UnitResult, UnitSpec, no_progress
from corpora.storage import Store
from corpora.text_spans import apply_edits, edits_by_row

#: Text, host, verdict.
Row = tuple[str, str | None, str]

FOOTERS = {"enabled": False, "min_documents": 3, "min_share": 0.5, "lines": 4}
COMPARISON = {"unit": "line", "min_characters": 5, "within": "corpus", "fold_old_kanji": True}


def put(store: Store, rows: Sequence[Row]) -> dict[str, str]:
    """One part of (text, host, verdict)."""
    documents = [{"id": str(n), "source": "a.jsonl", "host": r[1]} for n, r in enumerate(rows)]
    texts = [{"text": row[0]} for row in rows]
    decisions = [{"id": str(n), "verdict": row[2]} for n, row in enumerate(rows)]
    return {
        "documents": store.put_table(pa.Table.from_pylist(documents, schema=DOCUMENTS)),
        "text": store.put_table(pa.Table.from_pylist(texts, schema=TEXT)),
        "decisions": store.put_table(pa.Table.from_pylist(decisions, schema=DECISIONS)),
    }


@dataclass(frozen=True, kw_only=True)
class Cut:
    """What was left of each document (None when dropped), and every unit's account."""

    texts: list[list[str | None]]
    #: Rules of the edits, in order, by part.
    rules: list[list[str | None]]
    edits: list[UnitResult]
    account: UnitResult
    #: Rows of account.PASSAGES.
    passages: list[dict[str, Any]]


def cut(
    store: Store,
    parts: Sequence[Sequence[Row]],
    *,
    min_documents: int = 3,
    keep: str = "first",
    shares: Sequence[int] = (0, 256),
    footer_settings: dict[str, Any] = FOOTERS,
    **settings: Any,
) -> Cut:
    """``shares`` are the edges of the units of copies."""
    roles = [put(store, rows) for rows in parts]
    comparison = {**COMPARISON, **settings}
    ends = _footers(store, roles, footer_settings)
    lines = {"footer_lines": footer_settings["lines"]}
    found = [
        _run(hashes, "edits.passages", store, {**part, "footers": ends}, {**comparison, **lines})
        for part in roles
    ]
    often = [
        _run(
            copies, "edits.copies", store, _by_label(found),
            {"first_bytes": list(share), "min_documents": min_documents},
        )
        for share in pairwise(shares)
    ]  # fmt: skip
    known = {role: [one.outputs[role] for one in often] for role in ("hashes", "places")}
    edits = [
        _run(
            unit, "edits", store, {**part, "footers": ends, "copies": known},
            {**footer_settings, "passages": {**comparison, "keep": keep, "part": number}},
        )
        for number, part in enumerate(roles)
    ]  # fmt: skip
    cuts = {"copies": known, "cuts": [one.outputs["cuts"] for one in edits]}
    counted = _run(account, "edits.account", store, cuts, {})
    tables = [store.read_table(one.outputs["edits"]) for one in edits]
    return Cut(
        texts=[_left(rows, table) for rows, table in zip(parts, tables, strict=True)],
        rules=[table["rule"].to_pylist() for table in tables],
        edits=edits,
        account=counted,
        passages=store.read_table(counted.outputs["passages"]).to_pylist(),
    )


def _run(
    module: Any, stage: str, store: Store, inputs: dict[str, Any], params: dict[str, Any]
) -> UnitResult:
    result: UnitResult = module.run(
        UnitSpec(stage=stage, inputs=inputs, params=params), store, no_progress
    )
    return result


def find_footers(store: Store, parts: list[dict[str, str]], settings: dict[str, Any]) -> UnitResult:
    """Of parts put into the store; ``settings`` as a recipe has them."""
    lines = {"lines": settings["lines"]}
    found = [_run(endings, "edits.endings", store, part, lines) for part in parts]
    inputs = {role: [one.outputs[role] for one in found] for role in ("endings", "groups")}
    limits = {name: settings[name] for name in ("min_documents", "min_share")}
    return _run(footers, "edits.footers", store, inputs, limits)


def _footers(store: Store, roles: list[dict[str, str]], settings: dict[str, Any]) -> str:
    if not settings["enabled"]:
        return ""
    return str(find_footers(store, roles, settings).outputs["footers"])


def _by_label(found: list[UnitResult]) -> dict[str, dict[str, str]]:
    return {
        role: {f"{number:05d}": one.outputs[role] for number, one in enumerate(found)}
        for role in ("hashes", "places")
    }


def _left(rows: Sequence[Row], edits: pa.Table) -> list[str | None]:
    spans = edits_by_row(edits)
    return [
        apply_edits(text, spans.get(row, [])) if verdict == "keep" else None
        for row, (text, _, verdict) in enumerate(rows)
    ]
