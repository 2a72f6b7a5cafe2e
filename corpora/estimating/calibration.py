"""Short runs of the recipe on this machine, remembered in the user's cache folder."""

from __future__ import annotations

import contextlib
import hashlib
import multiprocessing
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median_high
from typing import Any, TypeVar

import orjson

from corpora import __version__
from corpora.estimating.measured import Calibration, Measured, Round, Taken
from corpora.estimating.taking import taken
from corpora.estimating.texts import Record, dealt, read, write
from corpora.kernels.folder import kernels_folder
from corpora.recipe import Recipe
from corpora.runner import Runner
from corpora.stages import STAGES
from corpora.storage import Store

#: What each worker gets in the smaller run, and in the larger one: parts of so many shares. Of
#: several parts the first one fills memory and caches, as in a long run; the larger part shows
#: what a process grows by.
_SMALL, _LARGE = (1, 1), (2, 1, 1)
#: The first run is smaller by so much than the second.
_SMALLER = 4
#: How often each is made in fresh processes, and again in those that the other one left: the
#: least of each time counts, for what disturbs a short stage by a second makes a minute of a long
#: one.
_TIMES = 2

#: Raised when runs are measured otherwise: what was remembered before says something else.
_VERSION = 2

_T = TypeVar("_T")

#: Bytes of text, and the shares of them that a worker's parts have, the largest one first.
Size = tuple[int, tuple[int, ...]]


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

    def some(self, size: int) -> Iterator[Record]:
        return read(self.paths, size) if self.paths else dealt(self._rounded, 0)


def calibrated(
    recipe: Recipe, *, bytes: int, texts: Texts, workers: int, again: bool = False
) -> Calibration:
    """Runs of ``bytes`` of text and smaller ones.

    Measured once for the version, the recipe, the number of workers, the texts (of made ones the
    length, to the next power of two) and the processors; ``again`` measures anew. Raises
    KotoguraError when there are not enough texts.
    """
    file = _remembered(recipe, bytes, texts, workers)
    if not again:
        with contextlib.suppress(OSError, orjson.JSONDecodeError, KeyError, TypeError):
            return Calibration.from_json(orjson.loads(file.read_bytes()))

    def runs(*sizes: Size) -> list[Measured]:
        return apart(_measure, recipe, sizes, texts, workers)

    small, large = (bytes // _SMALLER, _SMALL), (bytes, _LARGE)
    # This one compiles what is not compiled yet; its figures say nothing.
    runs((bytes // _SMALLER**2, _SMALL))
    # In turn, so that what else the machine does meets all.
    made = [(runs(small, large), runs(large, small)) for _ in range(_TIMES)]
    found = together(made)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(orjson.dumps(found.to_json()))
    return found


def together(made: Sequence[tuple[Sequence[Measured], Sequence[Measured]]]) -> Calibration:
    """Of each time the smaller run with the larger after it, and the other way round."""
    fresh = undisturbed([first for (first, _), _ in made])
    fresh_large = undisturbed([first for _, (first, _) in made])
    return Calibration(
        fresh=fresh,
        small=_remembering(undisturbed([second for _, (_, second) in made]), fresh),
        large=_remembering(undisturbed([second for (_, second), _ in made]), fresh_large),
    )


def _remembering(warm: Measured, fresh: Measured) -> Measured:
    """The times of the one, the memory of the other: a process that has worked before holds what
    it would otherwise grow by."""
    stages = []
    for one in warm.stages:
        same = fresh.of(one.stage) or one
        stages.append(replace(one, memory=same.memory, grown=same.grown))
    return replace(warm, stages=tuple(stages))


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
        rounds=tuple(
            Round(work=min(one.work for one in rounds), units=rounds[0].units)
            for rounds in zip(*(taken.rounds for taken in same), strict=True)
        ),
    )


def _remembered(recipe: Recipe, bytes: int, texts: Texts, workers: int) -> Path:
    versions = {name: stage.version for name, stage in STAGES.items()}
    stated: list[Any] = [_VERSION, __version__, versions, recipe.sha256, bytes, texts.stated]
    stated += [workers, os.cpu_count()]
    name = hashlib.sha256(orjson.dumps(stated, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]
    return kernels_folder().parent / "estimates" / f"{name}.json"


def apart(measure: Callable[..., _T], *given: Any) -> _T:
    """In a process of its own: what this one already holds is not counted."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(measure, *given).result()


def whole(recipe: Recipe, paths: Sequence[Path], folder: Path, workers: int) -> tuple[Taken, ...]:
    """What each stage of a run over ``paths`` takes; everything that it writes lies below
    ``folder``."""
    store = Store(folder / "store")
    with Runner(store, workers=workers).open() as runner:
        return taken(runner, store, recipe, paths, folder / "out")


def _measure(recipe: Recipe, sizes: Sequence[Size], texts: Texts, workers: int) -> list[Measured]:
    """One run after another in the same processes."""
    with tempfile.TemporaryDirectory(prefix="kotogura-estimate-") as name:
        folder = Path(name)
        with Runner(Store(folder / "no store"), workers=workers).open() as runner:
            return [_run(runner, recipe, size, texts, workers, folder) for size in sizes]


def _run(
    runner: Runner, recipe: Recipe, wanted: Size, texts: Texts, workers: int, scratch: Path
) -> Measured:
    size, parts = wanted
    shares = [part for part in parts for _ in range(workers)]
    with tempfile.TemporaryDirectory(dir=scratch) as name:
        folder = Path(name)
        # A path given is a part of its own.
        sources = {folder / f"source{n}": share for n, share in enumerate(shares)}
        documents, written = write(sources, texts.some(size), size)
        store = Store(folder / "store")
        stages = taken(runner, store, recipe, list(sources), folder / "out")
    return Measured(
        bytes=written,
        part=written * max(shares) // sum(shares),
        documents=documents,
        workers=workers,
        stages=stages,
    )
