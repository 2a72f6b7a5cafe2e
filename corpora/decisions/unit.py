"""The unit: keep or drop for every document of a part, with every reason.

In this order, and the first that applies is the reason: an opt-out, a judgement
to drop, the recipe's rules, lying inside a document that is kept, an exact copy, a
near copy. A judgement to keep wins over all but an opt-out. All reasons are recorded,
whichever was first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from corpora.decisions.people import OptOuts, ids_of, judged, read_judgements
from corpora.documents import DECISIONS, WITHIN
from corpora.matching import Lists, evidence
from corpora.row_groups import row_groups
from corpora.rules import Column, Limits, Mask, failing_rules, limits
from corpora.stages import Progress, UnitResult, UnitSpec
from corpora.storage import Store
from corpora.text_spans import evidence_rows

#: Hits of one rule that are kept to be shown.
MOST_EVIDENCE = 100


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reasons:
    """Everything that speaks against the documents of a part; masks have one value a row."""

    names: list[str]
    masks: list[Mask]
    #: For a recipe's rule its limits and its column; None for the others.
    rules: list[Limits | None]
    columns: dict[str, Column]
    #: Rows that stay whatever else is said.
    kept_anyway: Mask
    clusters: list[str | None]
    keepers: list[str | None]
    #: The exact Jaccard with the document of the cluster that each is most like.
    likeness: list[float | None]
    dedup_threshold: float
    #: The share of each document's n-grams that a kept one holds; null when none does.
    inside: list[float | None]
    containment: float | None

    def first(self) -> npt.NDArray[np.int64]:
        """For each row the number of the first reason to drop it, −1 when it is kept."""
        first = np.full(len(self.kept_anyway), -1, np.int64)
        for number in reversed(range(len(self.masks))):
            first[self.masks[number]] = number
        first[self.kept_anyway] = -1
        return first

    def measured(self, number: int, row: int) -> tuple[float | None, float | None]:
        """Value and limit of a reason."""
        rule = self.rules[number]
        if rule is not None:
            value = float(self.columns[rule.signal][row])
            return value, rule.limit_for(value)
        if self.names[number] == "exact_duplicate":
            return 1.0, self.dedup_threshold
        if self.names[number] == "contained":
            return self.inside[row], self.containment
        if self.names[number] == "near_duplicate":
            return self.likeness[row], self.dedup_threshold
        return None, None


def run(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    """Outputs {"decisions": blob of DECISIONS}.

    Counts: kept, dropped {reason: n}, dropped_characters {reason: n}, characters,
    kept_characters and by_domain
    {name: {documents, kept, characters, kept_characters}}; characters are code
    points of the normalised text. A part has one source, so the snapshot counts by source.
    """
    names = ["id", "host", "url", "domain"]
    documents = store.read_table(unit.inputs["documents"], columns=names)
    reasons = _reasons(unit, store, documents)
    first = reasons.first()
    lengths = [np.empty(0, np.int64)]
    with store.table_writer(DECISIONS) as writer:
        ids = ids_of(documents)
        for start, texts in row_groups(store, unit.inputs["text"], "text"):
            lengths.append(pc.utf8_length(texts).to_numpy().astype(np.int64))
            rows = range(start, start + len(texts))
            columns = _decisions(reasons, first, rows, texts, unit.params.get("lists", {}))
            named = {"id": ids[rows.start : rows.stop], **columns}
            writer.write(pa.table(named, schema=DECISIONS))
            progress(documents=len(texts))
    return UnitResult(
        outputs={"decisions": writer.sha256},
        counts=_counts(reasons, first, documents, np.concatenate(lengths)),
    )


def _reasons(unit: UnitSpec, store: Store, documents: pa.Table) -> Reasons:
    ids = ids_of(documents)
    judgements = read_judgements(store, unit.inputs["judgements"])
    opted_out = OptOuts.from_params(unit.params["opt_outs"]).mask(documents)
    rules = limits(unit.params["rules"])
    columns = _columns(unit, store, {rule.signal for rule in rules})
    clustered = _clustered(store, unit.inputs["keepers"], documents)
    exact, near = _copies(clustered, ids)
    within = _within(store, unit.inputs.get("contained", ""), documents)
    contained = {"contained": within["container"].is_valid().to_numpy()}
    copies = {
        **(contained if unit.inputs.get("contained") else {}),
        "exact_duplicate": exact,
        "near_duplicate": near,
    }
    masks = [opted_out, judged(judgements, ids, "drop")]
    masks += failing_rules(columns, rules)
    return Reasons(
        names=["opt_out", "judgement", *(r.name for r in rules), *copies],
        masks=[*masks, *copies.values()],
        rules=[None, None, *rules, *(None for _ in copies)],
        columns=columns,
        kept_anyway=judged(judgements, ids, "keep") & ~opted_out,
        clusters=clustered["cluster"].to_pylist(),
        keepers=pc.coalesce(within["container"], clustered["keeper"]).to_pylist(),
        likeness=clustered["jaccard"].to_pylist(),
        dedup_threshold=unit.params["dedup_threshold"],
        inside=within["share"].to_pylist(),
        containment=unit.params.get("containment"),
    )


def _within(store: Store, blob: str, documents: pa.Table) -> pa.Table:
    """What WITHIN says of each document, null when it lies in none that is kept."""
    table = store.read_table(blob) if blob else WITHIN.empty_table()
    ids: Any = table["id"].combine_chunks()
    return table.take(pc.index_in(documents["id"], value_set=ids))


def _columns(unit: UnitSpec, store: Store, wanted: set[str]) -> dict[str, Column]:
    columns: dict[str, Column] = {}
    for _, blob in sorted(unit.inputs["signals"].items()):
        with store.parquet(blob) as file:
            here = [name for name in file.schema_arrow.names if name in wanted]
        if here:
            table = store.read_table(blob, columns=here)
            columns |= {name: table[name].to_numpy() for name in here}
    return columns


def _clustered(store: Store, blob: str, documents: pa.Table) -> pa.Table:
    """What KEEPERS says of each document, null when it is alone."""
    names = ["cluster", "exact", "jaccard", "keeper", "keeper_exact"]
    if not blob:
        alone = pa.nulls(documents.num_rows, pa.string())
        return pa.table(dict.fromkeys(names, alone))
    keepers = store.read_table(blob, columns=["id", *names])
    places = pc.index_in(documents["id"], value_set=keepers["id"].combine_chunks())
    return keepers.select(names).take(places)


def _copies(clustered: pa.Table, ids: Sequence[str]) -> tuple[Mask, Mask]:
    """Which documents are exact copies of their keeper, and which near ones."""
    columns = (clustered[name].to_pylist() for name in ("exact", "keeper", "keeper_exact"))
    exact = np.zeros(len(ids), np.bool_)
    near = np.zeros(len(ids), np.bool_)
    for row, (own, keeper, kept) in enumerate(zip(*columns, strict=True)):
        if keeper is not None and keeper != ids[row]:
            # Null: no other document has this very text.
            (exact if own is not None and own == kept else near)[row] = True
    return exact, near


def _decisions(
    reasons: Reasons, first: npt.NDArray[np.int64], rows: range, texts: Any, lists: Lists
) -> dict[str, list[Any]]:
    """The columns of DECISIONS but the id. Only documents with something against them are
    looked at one by one: in most corpora they are few."""
    here = slice(rows.start, rows.stop)
    count = len(rows)
    nothing = [None] * count
    columns: dict[str, list[Any]] = {
        "verdict": ["drop" if number >= 0 else "keep" for number in first[here].tolist()],
        **{name: list(nothing) for name in ("rule", "value", "limit")},
        **{name: [()] * count for name in ("rules", "evidence")},
        "cluster": reasons.clusters[here],
        "keeper": reasons.keepers[here],
    }
    for place, against in _against(reasons, here).items():
        row = rows[place]
        columns["rules"][place] = [reasons.names[number] for number in against]
        columns["evidence"][place] = _evidence(reasons, against, texts[place], lists)
        if (dropped := int(first[row])) >= 0:
            columns["rule"][place] = reasons.names[dropped]
            columns["value"][place], columns["limit"][place] = reasons.measured(dropped, row)
    return columns


def _against(reasons: Reasons, rows: slice) -> dict[int, list[int]]:
    """The numbers of all reasons against those of the rows that have any."""
    found: dict[int, list[int]] = {}
    for number, mask in enumerate(reasons.masks):
        for place in np.flatnonzero(mask[rows]).tolist():
            found.setdefault(place, []).append(number)
    return found


def _evidence(
    reasons: Reasons, against: Sequence[int], text: Any, lists: Lists
) -> list[dict[str, Any]]:
    """Where the hits are of those rules that count hits."""
    failed = [rule for number in against if (rule := reasons.rules[number]) is not None]
    if not failed:
        return []
    written = text.as_py() or ""
    found = {rule.name: evidence(rule.signal, written, lists) for rule in failed}
    return evidence_rows({name: spans[:MOST_EVIDENCE] for name, spans in found.items()})


def _counts(
    reasons: Reasons,
    first: npt.NDArray[np.int64],
    documents: pa.Table,
    lengths: npt.NDArray[np.int64],
) -> dict[str, Any]:
    kept = first < 0
    dropped = np.bincount(first[~kept], minlength=len(reasons.names))
    # As floats, exact up to 2**53: a part has 64 MB.
    lost = np.bincount(first[~kept], weights=lengths[~kept], minlength=len(reasons.names))
    return {
        "kept": int(kept.sum()),
        "dropped": _by_reason(reasons, dropped, dropped),
        "dropped_characters": _by_reason(reasons, lost, dropped),
        "characters": int(lengths.sum()),
        "kept_characters": int(lengths[kept].sum()),
        "by_domain": _grouped(documents["domain"].combine_chunks(), kept, lengths),
    }


def _by_reason(
    reasons: Reasons,
    numbers: npt.NDArray[np.int64] | npt.NDArray[np.float64],
    documents: npt.NDArray[np.int64],
) -> dict[str, int]:
    """The numbers of those reasons that dropped a document."""
    rows = zip(reasons.names, numbers.tolist(), documents.tolist(), strict=True)
    return {name: int(number) for name, number, some in rows if some}


def _grouped(names: Any, kept: Mask, lengths: npt.NDArray[np.int64]) -> dict[str, dict[str, int]]:
    """Documents and characters by name, in the order of the names; a null is "".

    >>> kept = np.array([True, False, False])
    >>> found = _grouped(pa.array(["乙", None, "乙"]), kept, np.array([3, 4, 5]))
    >>> found["乙"]
    {'documents': 2, 'kept': 1, 'characters': 8, 'kept_characters': 3}
    """
    named = pc.fill_null(names, "").dictionary_encode()
    codes = named.indices.to_numpy()
    count = len(named.dictionary)
    # As floats, exact up to 2**53: a part has 64 MB.
    measures = {
        "documents": np.bincount(codes, minlength=count),
        "kept": np.bincount(codes[kept], minlength=count),
        "characters": np.bincount(codes, lengths, count),
        "kept_characters": np.bincount(codes[kept], lengths[kept], count),
    }
    groups = {
        name: {measure: int(values[code]) for measure, values in measures.items()}
        for code, name in enumerate(named.dictionary.to_pylist())
    }
    return dict(sorted(groups.items()))
