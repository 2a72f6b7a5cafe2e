"""A part that is given up late leaves nothing of itself behind: as if it had been so early."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from corpora import recipe as recipes
from corpora import runner
from corpora.arrays import read_array
from corpora.errors import KotoguraError
from corpora.plans import CuratePlan, IngestPlan, only, parts_of
from corpora.runner import Runner
from corpora.stages import UnitResult, UnitSpec, execute
from corpora.storage import Store
from tests.integration.play import RECIPE, file_of

LOST = "00001"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def plan(store: Store, tmp_path: Path) -> CuratePlan:
    paths = []
    for number in range(3):
        name, content = file_of(number)
        paths.append(tmp_path / name)
        paths[-1].write_bytes(content)
    ingested = Runner(store).run(IngestPlan(paths=tuple(map(str, paths))))
    recipe = recipes.parse(RECIPE.format(characters=40, hiragana=0.2), "play")
    return CuratePlan(recipe=recipe, parts=tuple(parts_of(ingested)))


def losing(monkeypatch: pytest.MonkeyPatch, plan: CuratePlan, store: Store, stage: str) -> Any:
    """The manifest, when the unit of ``stage`` of the part LOST fails, and all that were run."""
    asked: list[tuple[str, str]] = []

    def failing(unit: UnitSpec, *arguments: Any) -> UnitResult:
        asked.append((unit.stage, unit.part))
        if (unit.stage, unit.part) == (stage, LOST):
            raise KotoguraError("out of luck")
        return execute(unit, *arguments)

    monkeypatch.setattr(runner, "execute", failing)
    manifest = only(Runner(store).run(plan), "snapshot").outputs["manifest"]
    return store.read_json(manifest), asked


@pytest.mark.parametrize("stage", ["decisions", "edits.endings", "edits", "search"])
def test_lost_late_is_as_lost_early(
    stage: str, plan: CuratePlan, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    another = Store(shutil.copytree(store.root, tmp_path / "another"))
    late, asked = losing(monkeypatch, plan, store, stage)
    early, _ = losing(monkeypatch, plan, another, "normalize")
    assert late.pop("failed") == [{**early.pop("failed")[0], "stage": stage}]
    assert late == early
    sizes = {name: len(read_array(store, blob)) for name, blob in late["columns"].items()}
    assert set(sizes.values()) == {16}
    # What looks at all parts did so twice; nobody tried the lost one again.
    assert asked.count(("columns", "")) == 2
    assert asked.count((stage, LOST)) == 1
