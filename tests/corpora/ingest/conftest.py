"""Ingest end to end on a store of its own: paths in, rows out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import pytest

from corpora.plans import IngestPlan, Outcome
from corpora.stages import Progress, UnitResult, execute, no_progress
from corpora.storage import Store

NEKO = "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。"
RECORDS = [{"id": f"d{number}", "text": f"{number}番。{NEKO}"} for number in range(300)]


@dataclass(kw_only=True)
class Ingested:
    documents: list[dict[str, Any]] = field(default_factory=list)
    quarantine: list[dict[str, Any]] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)
    results: list[UnitResult] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        return [document["text"] for document in self.documents]

    @property
    def reasons(self) -> list[str]:
        return [row["reason"] for row in self.quarantine]

    @property
    def errors(self) -> list[str]:
        return [file["error"] for file in self.files if file["error"]]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def ingest(store: Store) -> Callable[..., Ingested]:
    """``ingest(path, …, **plan)``: scan and ingest, and everything that came out."""

    def run(*paths: Path, progress: Progress = no_progress, **plan: Any) -> Ingested:
        planned = IngestPlan(paths=tuple(map(str, paths)), **plan)
        results: dict[str, list[Outcome]] = {}
        for stage in planned.stages:
            results[stage] = [
                Outcome(part=unit.part, result=execute(unit, store, progress))
                for unit in planned.units(stage, results)
            ]
        return read_back([found.result for found in results["ingest"] if found.result], store)

    return run


def read_back(results: list[UnitResult], store: Store) -> Ingested:
    ingested = Ingested(results=results)
    for result in results:
        for part in result.outputs["parts"]:
            ingested.documents += store.read_table(part["documents"]).to_pylist()
        ingested.quarantine += store.read_table(result.outputs["quarantine"]).to_pylist()
        ingested.files += store.read_json(result.outputs["files"])
    return ingested


def jsonl(*records: Any) -> bytes:
    return b"".join(orjson.dumps(record) + b"\n" for record in records)
