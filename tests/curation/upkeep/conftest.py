"""A workbench with a snapshot and its export, made by the product's own actions."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from corpora.storage import Store
from curation.models import User
from tests.integration.play import Workbench


@pytest.fixture(scope="session")
def played_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the first such workbench left in its store: for the others every key is known."""
    return tmp_path_factory.mktemp("played")


@pytest.fixture
def bench(played_folder: Path, store: Store, engineer: User) -> Workbench:
    shutil.copytree(played_folder, store.root, dirs_exist_ok=True)
    bench = Workbench(engineer)
    bench.add(1)
    bench.result()
    shutil.copytree(store.root, played_folder, dirs_exist_ok=True)
    return bench
