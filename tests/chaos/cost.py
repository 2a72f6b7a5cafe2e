"""What durability costs: the same units by a worker with every promise on, and in a bare loop."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import orjson
from django.conf import settings

from benchmarks.watching import processor_seconds
from corpora import recipe as recipes
from corpora.documents import PART_BYTES
from corpora.estimating.texts import dealt, write
from curation.actions import exports, runs, sources
from curation.actions.corpora import create_corpus
from curation.actions.recipes import save_recipe
from curation.models import Run, Unit
from curation.store import store
from tests.chaos.ground import Ground, finish
from tests.chaos.outcome import Outcome
from tests.chaos.processes import main_workers
from tests.chaos.timed.watches import FOLDER, Worked, read
from tests.services import celery

PROMISE = "units, leases, fsync and hashing cost at most 5 % of a bare loop's time"
RECIPE = "default"
MOST = 1.05
_RUN_SECONDS = 3_600
_TIMED = "tests.chaos.timed.settings"
_DOCUMENT_BYTES = 4_096
_WARM_UP_BYTES = 2_000_000
#: Without work a worker looks around now and then; more of the processor in a second is work.
_IDLE_SHARE = 0.05
#: What is watched (tests/chaos/timed/watches.py) of a unit, and of what it executes.
_AROUND = ("claim", "known", "execute", "finish")
_WITHIN = ("digest", "settle", "key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    seconds: float
    #: Of all processes that had a share in it.
    processor: float
    units: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    taken: Taken
    #: Seconds by what they went to, the unit functions themselves included.
    split: Mapping[str, float]


def cost(
    ground: Ground, *, times: int = 3, parts: int = 8, part_bytes: int = PART_BYTES
) -> Outcome:
    """From files to the exports of ``default``: a bare loop and one worker, in turn."""
    files = _written(ground.folder / "files", parts, part_bytes)
    warm_up = _written(ground.folder / "warm-up", 1, _WARM_UP_BYTES)
    bare: list[Taken] = []
    queued: list[Queued] = []
    for number in range(times):
        if number % 2 == 0:
            bare.append(_bare(ground, files, warm_up[0]))
        queued.append(_queued(ground, files, warm_up[0]))
        if number % 2:
            bare.append(_bare(ground, files, warm_up[0]))
        ground.say(f"{bare[-1].seconds:.1f} s bare, {queued[-1].taken.seconds:.1f} s queued")
    return _told(bare, queued, parts * part_bytes)


def _written(folder: Path, parts: int, part_bytes: int) -> list[str]:
    folder.mkdir()
    for number in range(parts):
        write({folder / f"{number:05}": 1}, dealt(_DOCUMENT_BYTES, number), part_bytes)
    return [str(path) for path in sorted(folder.iterdir())]


# -- bare --------------------------------------------------------------------------------


def _bare(ground: Ground, files: Sequence[str], warm_up: str) -> Taken:
    folder = ground.folder / "bare"
    command = [sys.executable, "-m", "tests.chaos.bare", *files, "--store", str(folder)]
    command += ["--recipe", RECIPE, "--warm-up", warm_up]
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        env=celery.environment(),
        cwd=settings.BASE_DIR,
        check=True,
    )
    shutil.rmtree(folder)
    return Taken(**orjson.loads(done.stdout))


# -- queued ------------------------------------------------------------------------------


def _queued(ground: Ground, files: Sequence[str], warm_up: str) -> Queued:
    """One worker in a store of its own, where nothing is known; its start is not measured."""
    times = ground.folder / "times"
    times.mkdir()
    store()  # is made when it is first asked for
    with (
        ground.copied_store(),
        ground.workers("one", settings_module=_TIMED, **{FOLDER: str(times)}),
    ):
        (worker,) = main_workers()
        _whole(ground, [warm_up])
        _wait_until_quiet(worker)
        processor = processor_seconds(worker)
        made = _whole(ground, files)
        processor = processor_seconds(worker) - processor
    worked = read(times)
    shutil.rmtree(times)
    seconds = sum((run.ended_at - run.created_at).total_seconds() for run in made if run.ended_at)
    units = Unit.objects.filter(run__in=made)
    numbers = set(units.values_list("pk", flat=True))
    taken = Taken(
        seconds=seconds,
        processor=processor,
        units=Counter(units.values_list("stage", flat=True)),
    )
    return Queued(taken=taken, split=split(seconds, [w for w in worked if w.unit in numbers]))


def _whole(ground: Ground, paths: Sequence[str]) -> list[Run]:
    """Everything from files to exports, as a person asks for it; the runs that did it."""
    by = ground.bench.by
    corpus = create_corpus(name=f"cost-{Run.objects.count()}", by=by)
    source, _new = sources.add_paths(corpus=corpus, paths=paths, by=by, any_path=True)
    shipped = recipes.load(RECIPE)
    recipe = save_recipe(name="cost", toml=recipes.dumps(shipped), comment="", by=by)
    made = [_finished(source.runs.get())]
    made.append(_finished(runs.start_curation(corpora=[corpus], recipe=recipe, by=by)))
    for format in shipped.export.formats:
        snapshot = made[1].snapshot
        export = exports.create_export(snapshot=snapshot, format=format, settings={}, by=by)
        made.append(_finished(export.runs.get()))
    return made


def _finished(run: Run) -> Run:
    # The database's times count. Who looks often takes what is measured: a part of two cores.
    finish(run, _RUN_SECONDS, every=1.0)
    return run


def _wait_until_quiet(worker: int) -> None:
    """Until nothing is compiled or loaded beside the first units any more."""
    before = processor_seconds(worker)
    while True:
        time.sleep(1)
        now = processor_seconds(worker)
        if now - before < _IDLE_SHARE:
            return
        before = now


def split(seconds: float, worked: Sequence[Worked]) -> dict[str, float]:
    """Where the seconds went; "renewals" lie beside the unit functions, in a thread."""
    took = sum(one.ended - one.began for one in worked)
    of = {
        name: sum(one.of(name) for one in worked) for name in (*_AROUND, *_WITHIN, "wake", "renew")
    }
    return {
        "unit functions": of["execute"] - sum(of[name] for name in _WITHIN),
        "claims": of["claim"],
        "keys looked up": of["known"],
        "hashes waited for": of["digest"],
        "fsyncs and names waited for": of["settle"],
        "keys written": of["key"],
        "results and next stages": of["finish"] - of["wake"],
        "wake-ups": of["wake"],
        "around units": took - sum(of[name] for name in _AROUND),
        "between units": seconds - took,
        "renewals (beside)": of["renew"],
    }


# -- told --------------------------------------------------------------------------------


def _told(bare: Sequence[Taken], queued: Sequence[Queued], size: int) -> Outcome:
    ratios = [two.taken.seconds / one.seconds for one, two in zip(bare, queued, strict=True)]
    processor = [two.taken.processor / one.processor for one, two in zip(bare, queued, strict=True)]
    middle = median(one.seconds for one in bare)
    figures: dict[str, object] = {
        "text": f"{size / 1e6:,.0f} MB, {sum(bare[0].units.values())} units",
        "the same units": bare[0].units == queued[0].taken.units,
        "bare loop": f"middle {middle:.2f} s of {_list([one.seconds for one in bare])}",
        "with every promise": f"{_list([one.taken.seconds for one in queued])} s",
        "cost": f"middle {median(ratios) - 1:+.1%} of {_list([r - 1 for r in ratios])}",
        "cost by processor time": f"middle {median(processor) - 1:+.1%}",
    }
    for name in queued[0].split:
        spent = median(one.split[name] for one in queued)
        figures[f"  {name}"] = f"{spent:.2f} s ({spent / middle:.1%})"
    held = median(ratios) <= MOST and figures["the same units"] is True
    return Outcome(promise=PROMISE, held=held, figures=figures)


def _list(values: Sequence[float]) -> str:
    return ", ".join(f"{value:.3f}" for value in values)
