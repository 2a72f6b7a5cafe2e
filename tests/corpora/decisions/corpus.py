"""A small made-up snapshot: parts of documents with signals, clusters and people's words."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from corpora.arrays import read_array
from corpora.decisions import columns, keepers, unit
from corpora.decisions.choice import Members
from corpora.decisions.containment import Inside
from corpora.decisions.pairs import inside_of, with_lone
from corpora.decisions.people import OptOuts
from corpora.decisions.what_if import Overrides
from corpora.documents import CLUSTERS, CONTAINED, DOCUMENTS, JUDGEMENTS, TEXT
from corpora.rules import Column
from corpora.stages import UnitResult, UnitSpec, no_progress
from corpora.storage import Store


@dataclass(kw_only=True)
class One:
    """A document; its id is made from its place."""

    text: str = "本文です。"
    quality: float = 0.5
    characters: float = 100.0
    host: str | None = None
    url: str | None = None
    domain: str | None = None
    cluster: str | None = None
    exact: str | None = None
    jaccard: float | None = None
    verdict: str | None = None


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Document ``a`` lies in ``b``; by their places among all. A later one is a larger one."""

    a: int
    b: int
    share: float = 1.0


@dataclass(kw_only=True)
class Corpus:
    """Runs the units of one snapshot in a store, as the plans would."""

    folder: Path
    parts: list[list[One]]
    rules: list[dict[str, Any]] = field(default_factory=list)
    policy: str = "quality"
    opt_outs: dict[str, list[str]] = field(default_factory=dict)
    lists: dict[str, Any] = field(default_factory=dict)
    #: Of each part's corpus; None where the recipe prefers none.
    ranks: list[int] | None = None
    #: None where the recipe does not look for any.
    pairs: list[Pair] | None = None

    def __post_init__(self) -> None:
        self.store = Store(self.folder)
        self.documents = [self._documents(n, part) for n, part in enumerate(self.parts)]
        self.texts = [self._texts(part) for part in self.parts]
        self.signals = [{"made": self._signals(part)} for part in self.parts]
        self.judgements = self._judgements()
        self.clusters = self._clusters()
        self.contained = self._contained()

    def id(self, part: int, row: int) -> str:
        return f"{part:02d}{row:030d}"

    def _documents(self, number: int, part: list[One]) -> str:
        rows = [
            {
                "id": self.id(number, row),
                "text": one.text,
                "source": f"新聞/{number}.jsonl",
                "host": one.host,
                "url": one.url,
                "domain": one.domain,
            }
            for row, one in enumerate(part)
        ]
        return self.store.put_table(pa.Table.from_pylist(rows, schema=DOCUMENTS))

    def _texts(self, part: list[One]) -> str:
        rows = [{"text": one.text} for one in part]
        return self.store.put_table(pa.Table.from_pylist(rows, schema=TEXT))

    def _signals(self, part: list[One]) -> str:
        made = {
            "quality": [one.quality for one in part],
            "characters": [one.characters for one in part],
            "japanese_letters": [one.characters for one in part],
            "adult_hits": [float(one.text.count("巨乳")) for one in part],
        }
        return self.store.put_table(
            pa.table({name: np.array(values, np.float32) for name, values in made.items()})
        )

    def _everyone(self) -> list[tuple[int, int, One]]:
        return [(n, row, one) for n, part in enumerate(self.parts) for row, one in enumerate(part)]

    def _judgements(self) -> str:
        rows = [
            {"id": self.id(n, row), "verdict": one.verdict}
            for n, row, one in self._everyone()
            if one.verdict
        ]
        return self.store.put_table(pa.Table.from_pylist(rows, schema=JUDGEMENTS)) if rows else ""

    def _clusters(self) -> str:
        rows = [
            {
                "id": self.id(n, row),
                "part": n,
                "row": row,
                "cluster": one.cluster,
                "exact": one.exact,
                "jaccard": one.jaccard,
            }
            for n, row, one in self._everyone()
            if one.cluster
        ]
        return self.store.put_table(pa.Table.from_pylist(rows, schema=CLUSTERS)) if rows else ""

    def _contained(self) -> dict[str, str]:
        if self.pairs is None:
            return {}
        places = [(n, row) for n, row, _ in self._everyone()]
        rows = []
        for pair in self.pairs:
            a_grams = 1_000 * (pair.a + 1)
            named: dict[str, Any] = {"shared": round(pair.share * a_grams)}
            for side, place in (("a", pair.a), ("b", pair.b)):
                part, row = places[place]
                named |= {
                    side: self.id(part, row),
                    f"{side}_part": part,
                    f"{side}_row": row,
                    f"{side}_grams": 1_000 * (place + 1),
                }
            rows.append(named)
        return {"contained": self.store.put_table(pa.Table.from_pylist(rows, schema=CONTAINED))}

    def columns(self) -> UnitResult:
        inputs = {"documents": self.documents, "signals": self.signals}
        return columns.run(UnitSpec(stage="columns", inputs=inputs), self.store, no_progress)

    def keepers(self) -> UnitResult:
        spec = UnitSpec(
            stage="decisions.keepers",
            inputs={
                **self.columns().outputs,
                "clusters": self.clusters,
                "documents": self.documents,
                "judgements": self.judgements,
                **self.contained,
            },
            params={
                "rules": self.rules,
                "keeper": self.policy,
                "opt_outs": self.opt_outs,
                **({"ranks": self.ranks} if self.ranks else {}),
            },
        )
        return keepers.run(spec, self.store, no_progress)

    def decide(self) -> list[UnitResult]:
        chosen = self.keepers().outputs
        return [
            unit.run(
                UnitSpec(
                    stage="decisions",
                    inputs={
                        "documents": documents,
                        "text": text,
                        "signals": signals,
                        "judgements": self.judgements,
                        **{role: blobs[number] for role, blobs in chosen.items()},
                    },
                    params={
                        "rules": self.rules,
                        "lists": self.lists,
                        "opt_outs": self.opt_outs,
                        "dedup_threshold": 0.8,
                        **({"containment": 0.9} if self.contained else {}),
                    },
                ),
                self.store,
                no_progress,
            )
            for number, (documents, text, signals) in enumerate(
                zip(self.documents, self.texts, self.signals, strict=True)
            )
        ]

    def decisions(self) -> list[dict[str, Any]]:
        return [
            row
            for result in self.decide()
            for row in self.store.read_table(result.outputs["decisions"]).to_pylist()
        ]

    # -- the same as what-if is asked, without a unit -----------------------------------

    def measured(self) -> dict[str, Column]:
        blobs = self.columns().outputs["columns"]
        return {name: read_array(self.store, blob) for name, blob in blobs.items()}

    def members(self) -> Members:
        clusters = keepers.read_clusters(self.store, self.clusters)
        clusters = with_lone(self.store, clusters, self.contained.get("contained", ""))
        offsets = keepers.part_offsets(self.store, self.documents)
        return keepers.members_of(clusters, offsets, self.ranks)

    def inside(self) -> Inside | None:
        if not self.contained:
            return None
        offsets = keepers.part_offsets(self.store, self.documents)
        return inside_of(self.store, self.contained["contained"], self.members(), offsets)

    def overrides(self) -> Overrides:
        opt_outs = OptOuts.from_params(self.opt_outs)
        said = [one.verdict for _, _, one in self._everyone()]
        hosts = [one.host for _, _, one in self._everyone()]
        return Overrides(
            opted_out=np.array([opt_outs.covers("", host, None) for host in hosts], np.bool_),
            judged_drop=np.array([verdict == "drop" for verdict in said], np.bool_),
            judged_keep=np.array([verdict == "keep" for verdict in said], np.bool_),
            preferred=np.array([verdict == "prefer" for verdict in said], np.bool_),
        )


def rule(
    name: str, signal: str, min: float | None = None, max: float | None = None
) -> dict[str, Any]:
    return {"name": name, "signal": signal, "min": min, "max": max}
