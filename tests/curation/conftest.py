"""A small corpus that was really curated, once a session; its rows anew for every test."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.curation import snapshots

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

    from corpora.stages import UnitResult
    from corpora.storage import Store
    from curation.models import Corpus, Recipe, Snapshot, User
    from tests.integration.play import Workbench


@pytest.fixture(scope="session")
def curated_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that keeps every unit's result: curating the same again is only looking it up."""
    from corpora.warming import alone

    with alone():  # whoever compiles kernels now is waited for: they are compiled once
        pass
    return tmp_path_factory.mktemp("curated")


@pytest.fixture
def curated(curated_folder: Path, settings: SettingsWrapper) -> Store:
    from curation.store import store

    settings.STORE_URL = f"file://{curated_folder}"
    return store()


@pytest.fixture(scope="session")
def parts(curated_folder: Path) -> list[dict[str, Any]]:
    from corpora.storage import Store

    return snapshots.put_parts(Store(curated_folder), *snapshots.PARTS)


@pytest.fixture(scope="session")
def result(curated_folder: Path, parts: list[dict[str, Any]]) -> UnitResult:
    from corpora import recipe as recipes
    from corpora.storage import Store

    value = recipes.parse(snapshots.RECIPE, "small")
    named = [{**part, "corpus": "books"} for part in parts]
    return snapshots.curate(Store(curated_folder), value, named)


@pytest.fixture
def recipe(db: None) -> Recipe:
    return snapshots.make_recipe()


@pytest.fixture
def corpus(curated: Store, parts: list[dict[str, Any]], db: None) -> Corpus:
    return snapshots.corpus_of(parts)


@pytest.fixture
def snapshot(corpus: Corpus, result: UnitResult, recipe: Recipe) -> Snapshot:
    """Three parts: stories that stay, copies, short notes, texts without kana, hostile text."""
    return snapshots.snapshot_of(result, corpus, recipe=recipe)


@pytest.fixture(scope="session")
def played_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the first such workbench left in its store: for the others every key is known."""
    return tmp_path_factory.mktemp("played")


@pytest.fixture
def bench(played_folder: Path, store: Store, engineer: User) -> Workbench:
    """A workbench with a snapshot and its exports, made by the product's own actions."""
    from tests.integration.play import Workbench, remembered

    bench = Workbench(engineer)
    with remembered(played_folder, store.root):
        bench.add(1)
        bench.result()
    return bench
