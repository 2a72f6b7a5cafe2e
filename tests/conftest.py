"""What every test may ask for: people, a store, Redis, a worker, a browser, the shared corpora."""

from __future__ import annotations

import gc
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import orjson
import pytest

from tests.services import redis as redis_service
from tests.services.postgresql import be_alone

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoDbBlocker
    from pytest_django.fixtures import SettingsWrapper

    from corpora.storage import Store
    from curation.models import User

# No timed tests: the first call of many loads tables, a model or a compiled kernel.
hypothesis.settings.register_profile("kotogura", deadline=None)
hypothesis.settings.load_profile("kotogura")

# No test pulls the plug: what it writes need not be on the disk before it goes on. The processes
# that tests start do wait for the disk, and tests of what a disk says set an fsync of their own.
os.fsync = lambda handle: None

pytest_plugins = ("tests.services.browser", "tests.services.s3")

#: Public corpora that are too large or not ours to ship; each test says which it needs.
SHARED_CORPORA = Path(
    os.environ.get("KOTOGURA_SHARED_CORPORA", Path(__file__).parents[2] / "shared" / "corpora")
)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Modules and collected tests live to the end: Python need not look for garbage there."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(autouse=True)
def _sentences_in_japanese() -> None:
    """The language of the last request stays with the thread: no test begins with another's."""
    from django.utils import translation

    translation.deactivate()


# -- people ------------------------------------------------------------------------------


def _user(role: str) -> User:
    from curation.models import User

    return User.objects.create_user(username=role, password=f"{role}-secret", role=role)


@pytest.fixture
def viewer(db: None) -> User:
    return _user("viewer")


@pytest.fixture
def curator(db: None) -> User:
    return _user("curator")


@pytest.fixture
def engineer(db: None) -> User:
    return _user("engineer")


@pytest.fixture
def steward(db: None) -> User:
    return _user("steward")


@pytest.fixture
def administrator(db: None) -> User:
    return _user("administrator")


@pytest.fixture
def client_for(request: pytest.FixtureRequest) -> Callable[[str], Client]:
    """``client_for("curator")``: a client logged in as the test user of that role."""
    from django.test import Client

    def make(role: str) -> Client:
        client = Client()
        client.force_login(request.getfixturevalue(role))
        return client

    return make


# -- services ----------------------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """pytest-django's database, dropped only once every process that a test started left it."""
    from django.contrib.contenttypes.management import create_contenttypes
    from django.db import connection
    from django.db.models.signals import post_migrate

    # Written again after each flush, and read by nobody: who may do what is said by roles.
    post_migrate.disconnect(create_contenttypes)
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
    yield

    if connection.vendor == "postgresql":
        with django_db_blocker.unblock():
            be_alone(connection)


@pytest.fixture
def store(tmp_path: Path, settings: SettingsWrapper) -> Store:
    """An empty store of this test's own; the control plane's ``store()`` is the same one."""
    from curation.store import store as opened

    settings.STORE_URL = f"file://{tmp_path / 'store'}"
    return opened()


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A real Redis, where the settings say it is."""
    from django.conf import settings

    with redis_service.redis(settings.REDIS_SOCKET) as url:
        yield url


@pytest.fixture
def worker(
    transactional_db: None, redis_url: str, store: Store, tmp_path: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A real Celery worker process of all queues on this test's database, Redis and store."""
    from tests.services import celery

    with celery.worker(tmp_path) as process:
        yield process


@pytest.fixture(autouse=True)
def what_if_here(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked of the what-if process is answered in this one; bytes pass all the same.

    Not where a test wants the process itself (``what_if_process``).
    """
    from curation.queries import asking

    if "what_if_process" in request.fixturenames:
        return

    def exchange(question: bytes, line: str) -> dict[str, Any]:
        from curation.what_if.answers import answered

        found: dict[str, Any] = orjson.loads(answered(question))
        return found

    monkeypatch.setattr(asking, "exchange", exchange)


@pytest.fixture(scope="session")
def shared_corpora() -> Path:
    """The folder of the shared corpora; without it the test is skipped and says so."""
    if not SHARED_CORPORA.is_dir():
        pytest.skip(f"shared corpora are not at {SHARED_CORPORA} (KOTOGURA_SHARED_CORPORA)")
    return SHARED_CORPORA
