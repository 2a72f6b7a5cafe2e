"""What is said before a run is what the run then does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from corpora.storage import Store
from curation.actions import recipes
from curation.actions.forecasting import Ahead, ahead
from curation.models import Recipe, Run, Unit, User
from tests.integration.play import RECIPE, Workbench, remembered


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ahead")


@pytest.fixture
def bench(folder: Path, store: Store, engineer: User) -> Workbench:
    """A curated file, and one more that was only read."""
    bench = Workbench(engineer)
    with remembered(folder, store.root):
        bench.add(1)
        bench.work(bench.begin())
        bench.add(2)
    return bench


def asked(bench: Workbench, *, characters: int = 40) -> Ahead:
    toml = RECIPE.format(characters=characters, hiragana=0.2)
    recipe: Recipe = recipes.save_recipe(name="play", toml=toml, comment="", by=bench.by)
    return ahead(corpora=[bench.corpus], recipe=recipe, by=bench.by)


def test_what_is_said_is_what_is_done(bench: Workbench) -> None:
    before = Unit.objects.count()
    said = asked(bench)
    assert Unit.objects.count() == before
    run = bench.work(bench.begin())
    for stage in said.stages:
        units = run.units.filter(stage=stage.name)
        computed = units.filter(known=False).count()
        assert units.count() == stage.units
        assert stage.to_do <= computed <= stage.computed, stage.name
    assert not run.units.filter(known=False, memory__lt=50_000_000).exists()
    by_name = {stage.name: stage for stage in said.stages}
    first, last = by_name["normalize"], by_name["decisions"]
    assert (first.known, first.to_do, first.at_most) == (1, 1, 0)
    assert (last.known, last.to_do, last.at_most) == (0, 0, 2)
    assert (first.documents, last.documents) == (8, 16)
    assert asked(bench).to_do == asked(bench).at_most == 0


def test_a_changed_threshold_recomputes_decisions_only(bench: Workbench) -> None:
    bench.work(bench.begin())
    said = asked(bench, characters=50)
    known = {stage.name for stage in said.stages if not stage.computed}
    assert {"normalize", "signals", "dedup", "columns"} <= known
    assert next(stage for stage in said.stages if stage.computed).name == "decisions.keepers"


def test_time_and_disk_follow_from_earlier_runs(bench: Workbench, store: Store) -> None:
    assert not asked(bench).measured
    began = timezone.now()
    earlier = Unit.objects.filter(run__kind=Run.Kind.CURATE)
    earlier.update(known=False, started_at=began, ended_at=began + timedelta(seconds=10))
    earlier.update(memory=300_000_000)
    said = asked(bench)
    assert said.measured
    first = next(stage for stage in said.stages if stage.name == "normalize")
    one, two = (source.parts[0]["documents"] for source in bench.corpus.sources.order_by("pk"))
    assert first.seconds == pytest.approx(10 * store.size(two) / store.size(one))
    assert first.bytes
    assert said.bytes > first.bytes
    # The same for a part of any run; what sees everything sees about twice as much now.
    assert (first.memory, said.memory > 400_000_000) == (300_000_000, True)


def test_a_small_run_says_nothing_about_a_large_one(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    Unit.objects.update(known=False, started_at=timezone.now(), ended_at=timezone.now())
    assert asked(bench).measured
    monkeypatch.setattr("curation.queries.rates._REACH", 0.1)
    said = asked(bench)
    assert (said.measured, said.memory) == (False, 0)


def test_the_page_and_the_command_say_the_same(
    bench: Workbench,
    client_for: Callable[[str], Client],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = asked(bench)
    recipe = Recipe.objects.get(name="play")
    client, address = client_for("curator"), reverse("run-ahead", args=["play"])
    page = client.get(address, {"recipe": str(recipe.pk), "tokenizer": ""}).content.decode()
    assert f"最大 {said.at_most} 件" in page
    capsys.readouterr()
    call_command("curate", "play", "--recipe", "play", "--dry-run", "--json")
    told = orjson.loads(capsys.readouterr().out)
    assert (told["units_to_compute"], told["units_at_most"]) == (said.to_do, said.at_most)
    assert told["stages"]["normalize"]["to_do"] == 1
    assert client.get(address, {"recipe": 0}).status_code == 400
    monkeypatch.setattr("curation.views.runs.PAGE_PARTS", 1)
    page = client.get(address, {"recipe": recipe.pk}).content.decode()
    assert "画面で調べるには時間がかかりすぎます" in page
