"""Running a plan on this machine with nothing else: stage by stage, over worker processes."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter, process_time
from typing import Any, TypeVar

from corpora import vitals
from corpora.errors import KotoguraError, StoreError
from corpora.parents import end_with
from corpora.plans import (
    OPTIONAL,
    Outcome,
    Plan,
    Results,
    begins_anew,
    lost_parts,
    place,
    rests_on,
)
from corpora.stages import UnitResult, UnitSpec, blobs_in, execute, known
from corpora.storage import Store, open_store

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """A unit that came to an end, well or not, and what it took."""

    unit: UnitSpec
    outcome: Outcome
    #: On the clock, and of the processor (in the unit's own process).
    seconds: float
    processor: float
    #: The most memory that the process held, in bytes, and how much more that is than before.
    peak: int
    grown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A stage once gone through: an export goes once through its own for each format."""

    #: On the clock, and of its units together, which workers share out.
    seconds: float
    work: float


@dataclass(slots=True, kw_only=True)
class Watcher:
    """Told what is going on; the command line draws a bar from it."""

    #: (stage, units done, units in all)
    on_unit: Callable[[str, int, int], None] = lambda stage, done, total: None
    #: Seconds of work by stage, over all processes.
    seconds: dict[str, float] = field(default_factory=dict)
    #: The same of every part of the ingest: what its files' rates are made of.
    reading: dict[str, float] = field(default_factory=dict)
    #: Each time that a stage was gone through.
    rounds: dict[str, list[Round]] = field(default_factory=dict)
    #: Seconds of the processor by stage, over all processes.
    processor: dict[str, float] = field(default_factory=dict)
    #: The most memory that a process held during a unit of the stage, in bytes.
    peaks: dict[str, int] = field(default_factory=dict)
    #: The most that a process grew by meanwhile.
    grown: dict[str, int] = field(default_factory=dict)
    #: What its units gave.
    blobs: dict[str, set[str]] = field(default_factory=dict)

    def add(self, worked: Worked) -> None:
        stage = worked.unit.stage
        self.seconds[stage] = self.seconds.get(stage, 0.0) + worked.seconds
        self.processor[stage] = self.processor.get(stage, 0.0) + worked.processor
        self.peaks[stage] = max(self.peaks.get(stage, 0), worked.peak)
        self.grown[stage] = max(self.grown.get(stage, 0), worked.grown)
        if stage == "ingest":
            self.reading[worked.unit.part] = worked.seconds
        if worked.outcome.result:
            found = self.blobs.setdefault(stage, set())
            found.update(blobs_in(worked.outcome.result.outputs))

    def add_round(self, stage: str, seconds: float) -> None:
        """The stage is through, after so long on the clock."""
        rounds = self.rounds.setdefault(stage, [])
        before = sum(one.work for one in rounds)
        rounds.append(Round(seconds=seconds, work=self.seconds.get(stage, 0.0) - before))


class Runner:
    """Runs units in ``workers`` processes (in this one when 1). Keys that are known are not run."""

    def __init__(self, store: Store, *, workers: int = 1, watcher: Watcher | None = None) -> None:
        self._store = store
        self._workers = workers
        self._watcher = watcher or Watcher()
        self._pool: ProcessPoolExecutor | None = None

    @contextmanager
    def open(self) -> Iterator[Runner]:
        """Keeps the worker processes for several plans; spawned, since Arrow's threads and
        fork can deadlock."""
        if self._workers == 1:
            yield self
            return
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(
            self._workers, mp_context=context, initializer=end_with, initargs=(os.getpid(),)
        ) as self._pool:
            try:
                yield self
            except BaseException:  # leaving the pool would wait for the units at work
                for child in multiprocessing.active_children():
                    child.kill()
                raise
        self._pool = None

    def at(self, store: Store, watcher: Watcher) -> Runner:
        """One that has this one's worker processes, as long as they are there."""
        other = Runner(store, workers=self._workers, watcher=watcher)
        other._pool = self._pool
        return other

    def run(self, plan: Plan) -> Results:
        """Every stage of the plan in order.

        A part's unit that fails is given up and the rest goes on, from the stage that first
        counted with the part (corpora.plans.begins_anew); a unit that everything rests on raises
        its error.
        """
        results: dict[str, list[Outcome]] = {}
        planned: dict[str, set[str]] = {}
        to_do = list(plan.stages)
        while to_do:
            stage = to_do.pop(0)
            units = plan.units(stage, results)
            planned[stage] = {unit.key for unit in units}
            outcomes = self._stage(stage, units)
            for outcome in outcomes:
                lost = outcome.result is None and rests_on(stage, outcome.part)
                if lost and stage not in OPTIONAL:
                    raise KotoguraError(outcome.reason or f"the stage {stage} failed.")
            every = [*results.get(stage, ()), *outcomes]
            results[stage] = sorted(every, key=lambda outcome: place(outcome.part))
            if first := begins_anew(plan, stage, results, planned.__getitem__):
                to_do = list(plan.stages[plan.stages.index(first) :])
                results |= {again: lost_parts(results.get(again, ())) for again in to_do}
        return results

    def spread(
        self, name: str, work: Callable[[dict[str, Any], Item], None], items: Sequence[Item]
    ) -> None:
        """``work`` of the store's address and an item, for each item: what has no key, but takes
        its time. The watcher is told of it as of a stage."""
        address = self._store.address
        self._watcher.on_unit(name, 0, len(items))
        pool = self._pool
        futures = [pool.submit(work, address, item) for item in items] if pool else []
        for number, future in enumerate(as_completed(futures), start=1):
            future.result()
            self._watcher.on_unit(name, number, len(items))
        for number, item in enumerate(() if pool else items, start=1):
            work(address, item)
            self._watcher.on_unit(name, number, len(items))

    def _stage(self, stage: str, units: list[UnitSpec]) -> list[Outcome]:
        done = []
        began = perf_counter()
        self._watcher.on_unit(stage, 0, len(units))
        for outcome in self._outcomes(units):
            done.append(outcome)
            self._watcher.on_unit(stage, len(done), len(units))
        self._watcher.add_round(stage, perf_counter() - began)
        return done

    def _outcomes(self, units: list[UnitSpec]) -> Iterator[Outcome]:
        to_do = []
        for unit in units:
            result = known(unit, self._store)
            if result is None:
                to_do.append(unit)
            else:
                yield Outcome(part=unit.part, result=result)
        if self._pool is None or len(to_do) == 1:
            yield from (self._note(_work(self._store.address, unit)) for unit in to_do)
            return
        futures: list[Future[Worked]] = [
            self._pool.submit(_work, self._store.address, unit) for unit in to_do
        ]
        yield from (self._note(future.result()) for future in as_completed(futures))

    def _note(self, worked: Worked) -> Outcome:
        self._watcher.add(worked)
        return worked.outcome


def _work(address: dict[str, Any], unit: UnitSpec) -> Worked:
    """One unit, in whichever process. A failed part is an outcome, a broken store is not."""
    began, processor = perf_counter(), process_time()
    vitals.forget_peak()
    before = vitals.resident()
    result: UnitResult | None = None
    reason: str | None = None
    try:
        result = execute(unit, open_store(**address))
    except StoreError:
        raise
    except KotoguraError as error:
        reason = str(error)
    return Worked(
        unit=unit,
        outcome=Outcome(part=unit.part, result=result, reason=reason),
        seconds=perf_counter() - began,
        processor=process_time() - processor,
        peak=(peak := vitals.peak()),
        grown=max(0, peak - before),
    )
