"""The short forms stand on the fixtures of all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpora.storage import Store
from curation.models import User
from tests.chaos.ground import Ground
from tests.integration.play import Workbench


@pytest.fixture
def ground(store: Store, engineer: User, redis_url: str, tmp_path: Path) -> Ground:
    return Ground(folder=tmp_path, bench=Workbench(engineer))
