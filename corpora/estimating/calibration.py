"""Two short runs of the recipe on this machine, remembered in the user's cache folder."""

from __future__ import annotations

import contextlib
import hashlib
import multiprocessing
import os
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median_high
from time import perf_counter
from typing import Any

import orjson

from corpora import __version__
from corpora.estimating.model import REST, Measured, Taken
from corpora.estimating.texts import dealt, read, write
from corpora.kernels.folder import kernels_folder
from corpora.pipeline import make
from corpora.plans import IngestPlan
from corpora.recipe import Recipe
from corpora.runner import Runner, Watcher
from corpora.stages import STAGES
from corpora.storage import Store

#: What each worker gets in the smaller run, and in the larger one: parts of so many shares. Of
#: several parts the first one fills memory and caches, as in a long run; the larger part shows
#: what a process grows by.
_SMALL, _LARGE = (1, 1), (2, 1, 1)
#: The first run is smaller by so much than the second.
_SMALLER = 4
#: How often both are made: the least of each time counts, for what disturbs a short stage by a
#: second makes a minute of a long one.
_TIMES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """What is measured with: a person's own texts, or made ones of an average length."""

    document_bytes: int = 0
    paths: tuple[Path, ...] = ()

    @property
    def stated(self) -> list[Any]:
        """What the measured figures depend on."""
        # Documents of 2,100 and of 2,300 bytes are one and the same calibration.
        if not self.paths:
            return [self._rounded]
        return [[str(path.resolve()), path.stat().st_mtime_ns] for path in self.paths]

    @property
    def _rounded(self) -> int:
        return 1 << max(6, self.document_bytes.bit_length() - 1)

    def some(self, size: int) -> Iterator[str]:
        return read(self.paths, size) if self.paths else dealt(self._rounded, 0)


def calibrated(
    recipe: Recipe, *, bytes: int, texts: Texts, workers: int, again: bool = False
) -> tuple[Measured, Measured]:
    """A run of ``bytes`` of text and a smaller one.

    Measured once for the version, the recipe, the number of workers, the texts (of made ones the
    length, to the next power of two) and the processors; ``again`` measures anew. Raises
    KotoguraError when there are not enough texts.
    """
    file = _remembered(recipe, bytes, texts, workers)
    if not again:
        with contextlib.suppress(OSError, orjson.JSONDecodeError, KeyError, TypeError):
            small, large = (Measured.from_json(run) for run in orjson.loads(file.read_bytes()))
            return small, large
    # This one compiles what is not compiled yet; its figures say nothing.
    _apart(recipe, bytes // _SMALLER**2, texts, workers, _SMALL)
    sizes = (bytes // _SMALLER, _SMALL), (bytes, _LARGE)
    # In turn, so that what else the machine does meets both.
    runs = [
        [_apart(recipe, size, texts, workers, parts) for size, parts in sizes]
        for _ in range(_TIMES)
    ]
    small, large = (undisturbed(same) for same in zip(*runs, strict=True))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(orjson.dumps([small.to_json(), large.to_json()]))
    return small, large


def undisturbed(runs: Sequence[Measured]) -> Measured:
    """Of runs that did the same, the least time of each stage; of its memory, the median."""
    # Stages that run beside each other have no fixed order.
    by_stage = [{taken.stage: taken for taken in run.stages} for run in runs]
    stages = (_undisturbed([run[stage] for run in by_stage]) for stage in by_stage[0])
    return replace(runs[0], stages=tuple(stages))


def _undisturbed(same: Sequence[Taken]) -> Taken:
    return replace(
        same[0],
        seconds=min(taken.seconds for taken in same),
        processor=min(taken.processor for taken in same),
        memory=median_high(taken.memory for taken in same),
        grown=median_high(taken.grown for taken in same),
    )


def _remembered(recipe: Recipe, bytes: int, texts: Texts, workers: int) -> Path:
    versions = {name: stage.version for name, stage in STAGES.items()}
    stated: list[Any] = [__version__, versions, recipe.sha256, bytes, texts.stated, workers]
    stated.append(os.cpu_count())
    name = hashlib.sha256(orjson.dumps(stated, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]
    return kernels_folder().parent / "estimates" / f"{name}.json"


def _apart(
    recipe: Recipe, size: int, texts: Texts, workers: int, parts: tuple[int, ...]
) -> Measured:
    """In a process of its own: what this one already holds is not counted."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(_measure, recipe, size, texts, workers, parts).result()


def _measure(
    recipe: Recipe, size: int, texts: Texts, workers: int, parts: tuple[int, ...]
) -> Measured:
    """``parts``: the shares of the size that a worker's parts have, the largest one first."""
    with tempfile.TemporaryDirectory(prefix="kotogura-estimate-") as name:
        folder = Path(name)
        shares = [part for part in parts for _ in range(workers)]
        # A path given is a part of its own.
        sources = {folder / f"source{n}": share for n, share in enumerate(shares)}
        documents, written = write(sources, texts.some(size), size)
        stages = taken(recipe, list(sources), folder / "run", workers)
    return Measured(
        bytes=written,
        part=written * max(shares) // sum(shares),
        documents=documents,
        workers=workers,
        stages=stages,
    )


def taken(recipe: Recipe, paths: Sequence[Path], folder: Path, workers: int) -> tuple[Taken, ...]:
    """What each stage of a whole run over ``paths`` took; store and results lie in ``folder``."""
    store, watcher = Store(folder / "store"), Watcher()
    runner = Runner(store, workers=workers, watcher=watcher)
    began = perf_counter()
    with runner.open():
        given = IngestPlan(paths=tuple(map(str, paths)))
        make(runner, store, recipe, given, None, folder / "out", watcher)
    whole = perf_counter() - began
    return tuple(_by_stage(watcher, store, whole, folder / "out"))


def _by_stage(watcher: Watcher, store: Store, whole: float, out: Path) -> Iterator[Taken]:
    sizes = {entry.name: entry.bytes for entry in store.blobs()}
    for stage, seconds in watcher.walls.items():
        yield Taken(
            stage=stage,
            seconds=seconds,
            processor=watcher.processor.get(stage, 0.0),
            memory=watcher.peaks.get(stage, 0),
            grown=watcher.grown.get(stage, 0),
            disk=sum(sizes.pop(blob, 0) for blob in watcher.blobs.get(stage, ())),
        )
    rest = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    rest += sum(sizes.values())
    seconds = max(0.0, whole - sum(watcher.walls.values()))
    yield Taken(stage=REST, seconds=seconds, processor=0.0, memory=0, grown=0, disk=rest)
