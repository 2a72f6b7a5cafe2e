"""A run that is watched: what each of its stages took."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from corpora.estimating.measured import Round, Taken
from corpora.export.formats import format_named
from corpora.pipeline import make
from corpora.plans import IngestPlan
from corpora.recipe import Recipe
from corpora.runner import Runner, Watcher, Worked
from corpora.storage import Store

#: Everything outside stages: starting processes, writing the folder of results.
REST = "rest"
#: Its units are as many as the shards that the texts fill.
SHARDS = "export.shards"


@dataclass(slots=True, kw_only=True)
class _Watcher(Watcher):
    #: Of each export, in order: (its format, the blob that says how it is cut).
    cuts: list[tuple[str, str]] = field(default_factory=list)

    def add(self, worked: Worked) -> None:
        Watcher.add(self, worked)
        if worked.unit.stage == "export.cut" and worked.outcome.result:
            self.cuts.append((worked.unit.params["format"], worked.outcome.result.outputs["cut"]))


def taken(
    runner: Runner, store: Store, recipe: Recipe, paths: Sequence[Path], out: Path
) -> tuple[Taken, ...]:
    """What each stage of a whole run over ``paths`` took, into an empty store, by an open runner
    of whatever store; the results lie in ``out``."""
    watcher = _Watcher()
    began = perf_counter()
    make(
        runner.at(store, watcher),
        store,
        recipe,
        IngestPlan(paths=tuple(map(str, paths))),
        None,
        out,
        watcher,
    )
    whole = perf_counter() - began
    return tuple(_by_stage(watcher, store, whole, out))


def _by_stage(watcher: _Watcher, store: Store, whole: float, out: Path) -> Iterator[Taken]:
    shards = [_full_shards(store, *cut) for cut in watcher.cuts]
    sizes = {entry.name: entry.bytes for entry in store.blobs()}
    for stage, rounds in watcher.rounds.items():
        units = shards if stage == SHARDS else [1.0] * len(rounds)
        seconds = sum(one.seconds for one in rounds)
        whole -= seconds
        yield Taken(
            stage=stage,
            seconds=seconds,
            processor=watcher.processor.get(stage, 0.0),
            memory=watcher.peaks.get(stage, 0),
            grown=watcher.grown.get(stage, 0),
            disk=sum(sizes.pop(blob, 0) for blob in watcher.blobs.get(stage, ())),
            rounds=tuple(
                Round(work=one.work, units=number)
                for one, number in zip(rounds, units, strict=True)
            ),
        )
    rest = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    yield Taken(
        stage=REST,
        seconds=max(0.0, whole),
        processor=0.0,
        memory=0,
        grown=0,
        disk=rest + sum(sizes.values()),
        rounds=(Round(work=max(0.0, whole), units=1.0),),
    )


def _full_shards(store: Store, format: str, cut: str) -> float:
    """How many shards an export's rows fill, the last one in part."""
    shards = store.read_json(cut)["shards"]
    made = format_named(format)
    full = sum(shard["bytes"] for shard in shards) / made.shard_bytes
    if made.most_rows is not None:
        full = max(full, sum(shard["documents"] for shard in shards) / made.most_rows)
    return float(full)
