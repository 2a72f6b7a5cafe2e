"""How many near copies are found, by band of similarity, and how many of those found are some.

A pair counts as found when both are in one group after joining all pairs that a contender names:
that is what it would take out. Precision is of the pairs themselves.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from benchmarks.contest import Answer, Contender, Given, WorkFailed, run
from benchmarks.environments import PeerMissing
from benchmarks.planting import grams, similarity
from benchmarks.results import Result
from benchmarks.sources import read
from benchmarks.workshop import Workshop, lines
from corpora.folding import fold
from corpora.kernels.bands import join_in_order, roots

THRESHOLD = 0.8
BANDS = ((0.80, 0.85), (0.85, 0.90), (0.90, 1.01))
#: Planted pairs that are looked for, and documents around them.
_MOST_PAIRS, _AROUND = 3_000, 1_000

CONTENDERS = (
    Contender(label="ours", module="ours.duplicates", work="duplicates"),
    Contender(label="datasketch, threshold .8", module="peers.datasketch", work="duplicates"),
    Contender(label="HojiChar", module="peers.hojichar", work="duplicates"),
    Contender(label="rensa, 16 bands", module="peers.rensa", work="duplicates"),
    Contender(label="datatrove", module="peers.datatrove", work="duplicates"),
    Contender(label="text-dedup", module="peers.text_dedup", work="duplicates"),
    Contender(label="gaoya, 16 × 8", module="peers.gaoya", work="duplicates"),
)
_COLUMNS = ("", "pairs", "measured", "of", ".80–.85", ".85–.90", "≥ .90", "precision")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A pair whose similarity is known, by numbers of documents."""

    a: int
    b: int
    #: Exact, as the texts stand, and folded.
    jaccard: float
    folded: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    name: str
    texts: list[str]
    pairs: list[Known]


def study(shop: Workshop) -> Result:
    sets = [_planted(shop)]
    if shop.pairs is not None and shop.pairs_root is not None:
        sets.append(_natural(shop.pairs, shop.pairs_root, shop.folder))
    rows: list[list[str]] = []
    data: list[dict[str, Any]] = []
    for documents in sets:
        for contender in CONTENDERS:
            if shop.wants(contender.peer):
                _compete(contender, documents, shop.folder, rows, data)
    return Result(
        name="dedup_quality",
        title="Near copies found",
        columns=_COLUMNS,
        rows=rows,
        data=data,
        notes=[
            "Similarity is the exact Jaccard of character 5-grams: as the texts stand, or folded "
            "(width, blanks, punctuation, old kanji: an edition's differences).",
            "Precision: of the pairs that a contender names, those at .80 or more either way.",
            "datatrove and text-dedup compare words, in their defaults.",
        ],
    )


def _planted(shop: Workshop) -> Documents:
    """The corpus' groups, and the documents around them."""
    with (shop.corpus() / "pairs.tsv").open(encoding="utf-8") as file:
        table = list(csv.DictReader(file, delimiter="\t"))
    grouped = {row[side] for row in table[:_MOST_PAIRS] for side in "ab"}
    number: dict[str, int] = {}
    texts: list[str] = []
    around = 0
    for line in lines(shop.corpus()):
        record = orjson.loads(line)
        alone = record["id"] not in grouped
        if alone and around == _AROUND:
            continue
        around += alone
        number[record["id"]] = len(texts)
        texts.append(record["text"])
    pairs = [
        Known(
            a=number[row["a"]],
            b=number[row["b"]],
            jaccard=float(row["jaccard"]),
            folded=float(row["folded"]),
        )
        for row in table
        if row["a"] in number and row["b"] in number
    ]
    return Documents(name="planted", texts=texts, pairs=pairs)


def _natural(table: Path, root: Path, scratch: Path) -> Documents:
    """Pairs of files that a table names, read by the product; their similarity is computed."""
    with table.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    names = sorted({row[side] for row in rows for side in "ab"})
    paths = [root / name for name in names if (root / name).is_file()]
    number: dict[str, int] = {}
    texts: list[str] = []
    for source in read(paths, scratch / "natural"):
        number[str(Path(source.source).relative_to(root))] = len(texts)
        texts.append(source.text)
    pairs = []
    for row in rows:
        if row["a"] in number and row["b"] in number:
            a, b = sorted((number[row["a"]], number[row["b"]]))
            # Sets are made anew for each pair: those of all books together would fill the memory.
            jaccard = similarity(grams(texts[a]), grams(texts[b]))
            folded = similarity(grams(fold(texts[a])), grams(fold(texts[b])))
            pairs.append(Known(a=a, b=b, jaccard=jaccard, folded=folded))
    return Documents(name="natural", texts=texts, pairs=pairs)


def _compete(
    contender: Contender,
    documents: Documents,
    folder: Path,
    rows: list[list[str]],
    data: list[dict[str, Any]],
) -> None:
    path = folder / f"{documents.name}.jsonl"
    if not path.is_file():
        with path.open("wb") as file:
            for number, text in enumerate(documents.texts):
                file.write(orjson.dumps({"number": number, "text": text}) + b"\n")
    print(f"dedup_quality, {documents.name}: {contender.label}", file=sys.stderr, flush=True)
    out = folder / "kept" / "duplicates" / documents.name / contender.module
    try:
        answer = run(contender, Given(input=path), out)
    except (WorkFailed, PeerMissing) as error:
        empty = [""] * (len(_COLUMNS) - 3)
        rows.append([contender.label, documents.name, f"not measured: {error}", *empty])
        data.append({"label": contender.label, "pairs": documents.name, "failed": str(error)})
        return
    named = _pairs(answer)
    precision = _precision(named, documents)
    for measure in ("jaccard", "folded"):
        recall = _recall(named, documents, measure)
        total = sum(count for _, count in recall.values())
        cells = [f"{share:.4f} of {count}" if count else "—" for share, count in recall.values()]
        where = "as they stand" if measure == "jaccard" else "folded"
        row = [contender.label, documents.name, where, str(total), *cells]
        rows.append([*row, f"{precision:.4f} of {len(named)}"])
    data.append(
        {
            "label": contender.label,
            "pairs": documents.name,
            "documents": len(documents.texts),
            "recall": {m: _recall(named, documents, m) for m in ("jaccard", "folded")},
            "precision": precision,
            "named": len(named),
            "counts": dict(answer.counts),
            "versions": dict(answer.versions),
        }
    )


def _pairs(answer: Answer) -> list[tuple[int, int]]:
    flat = np.fromfile(answer.results["pairs"], np.int64).reshape(-1, 2)
    return sorted({(min(a, b), max(a, b)) for a, b in flat.tolist()})


def _recall(
    named: Iterable[tuple[int, int]], documents: Documents, measure: str
) -> Mapping[str, tuple[float, int]]:
    """Band -> share found, and how many there are."""
    parents = np.arange(len(documents.texts), dtype=np.int64)
    edges = np.array(list(named), np.int64).reshape(-1, 2)
    join_in_order(parents, edges, np.ones(len(edges), np.bool_))
    root = roots(parents, parents.copy())
    found = {}
    for low, high in BANDS:
        inside = [pair for pair in documents.pairs if low <= getattr(pair, measure) < high]
        together = int(sum(root[pair.a] == root[pair.b] for pair in inside))
        found[f"{low:.2f}"] = (together / len(inside) if inside else 0.0, len(inside))
    return found


def _precision(named: list[tuple[int, int]], documents: Documents) -> float:
    """Exactly, for every pair that was named; 1.0 of none."""
    right = sum(value >= THRESHOLD for value in _similarities(named, documents.texts))
    return right / len(named) if named else 1.0


def _similarities(named: list[tuple[int, int]], texts: list[str]) -> Iterator[float]:
    """The higher of both measures: the benefit of the doubt."""
    for a, b in named:
        value = similarity(grams(texts[a]), grams(texts[b]))
        if value < THRESHOLD:
            value = max(value, similarity(grams(fold(texts[a])), grams(fold(texts[b]))))
        yield value
