"""What the row ``cost`` rests on: the same units in both loops, and time that is told whole."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from corpora.recipe import parse
from curation.actions import units
from curation.models import Run
from curation.tasks import units as tasks
from tests.chaos.bare import BareStore, worked
from tests.chaos.cost import split
from tests.chaos.ground import Ground
from tests.chaos.timed.watches import read, watched
from tests.integration.play import RECIPE

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_bare_loop_does_the_units_of_a_run(ground: Ground, tmp_path: Path) -> None:
    ground.fill(2, part_bytes=3_000)
    times = tmp_path / "times"
    times.mkdir()
    run = ground.bench.begin()
    with watched(times):
        while unit := units.ready_units().filter(run=run).first():
            tasks.run_unit(unit.pk)
    run.refresh_from_db()
    assert run.state == Run.State.DONE, run.reason
    recipe = parse(RECIPE.format(characters=40, hiragana=0.2), "play")
    files = [str(path) for path in sorted((tmp_path / "files").iterdir())]
    bare = worked(files, recipe, BareStore(tmp_path / "bare"))
    of_run = Counter(run.units.values_list("stage", flat=True))
    assert {stage: bare[stage] for stage in of_run} == of_run

    noted = read(times)
    assert {one.unit for one in noted} == set(run.units.values_list("pk", flat=True))
    seconds = (run.ended_at - run.created_at).total_seconds() if run.ended_at else 0.0
    parts = split(seconds, noted)
    waited = ("hashes waited for", "fsyncs and names waited for", "keys written")
    assert min(parts[name] for name in ("claims", *waited, "between units")) > 0
    beside = parts["renewals (beside)"]
    assert sum(parts.values()) - beside == pytest.approx(seconds)
