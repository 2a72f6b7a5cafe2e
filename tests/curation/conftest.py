"""A small corpus that was really curated, once a session; its rows anew for every test."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.curation import snapshots

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

    from corpora.storage import Store
    from curation.models import Corpus, Recipe, Snapshot


@pytest.fixture(scope="session")
def curated_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that keeps every unit's result: curating the same again is only looking it up."""
    from corpora.warming import warm

    # Whoever compiles kernels now is waited for, instead of compiling them once more.
    warm()
    return tmp_path_factory.mktemp("curated")


@pytest.fixture
def curated(curated_folder: Path, settings: SettingsWrapper) -> Store:
    from curation.store import store

    settings.STORE_URL = f"file://{curated_folder}"
    return store()


@pytest.fixture
def recipe(db: None) -> Recipe:
    return snapshots.make_recipe()


@pytest.fixture
def corpus(curated: Store, db: None) -> Corpus:
    return snapshots.make_corpus(curated, *snapshots.PARTS)


@pytest.fixture
def snapshot(curated: Store, corpus: Corpus, recipe: Recipe) -> Snapshot:
    """Three parts: stories that stay, copies, short notes, texts without kana, hostile text."""
    return snapshots.make_snapshot(curated, corpus, recipe=recipe)
