"""The services that the other tests lean on are real, and gone afterwards."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import redis
from django.conf import settings
from django.db import connection
from django.test import Client

from curation.models import Role, User
from tests.services import celery, process
from tests.services.postgresql import postgresql
from tests.services.s3 import S3


def test_the_settings_point_into_a_folder_of_this_test_process() -> None:
    assert settings.DATA_DIR.name.startswith("kotogura-")
    assert str(settings.DATA_DIR) in settings.STORE_URL
    assert str(settings.REDIS_SOCKET) in settings.REDIS_URL


def test_redis_answers_where_the_settings_say(redis_url: str) -> None:
    assert redis_url == settings.REDIS_URL
    with redis.Redis.from_url(redis_url) as client:
        assert client.ping()


def test_a_throw_away_postgresql_serves_and_leaves_nothing() -> None:
    with postgresql() as url, psycopg.connect(url) as connection:
        row = connection.execute("show data_directory").fetchone()
        assert row is not None
        folder = Path(row[0])
        assert folder.is_dir()
        connection.execute("create table t (x int)")
    assert not folder.parent.exists()


def test_an_s3_server_keeps_what_it_is_given(s3_server: S3) -> None:
    remote = s3_server.filesystem()
    remote.create_dir("services")
    with remote.open_output_stream("services/言葉.txt") as file:
        file.write("ことば".encode())
    with remote.open_input_stream("services/言葉.txt") as file:
        assert file.read() == "ことば".encode()


def test_a_service_that_dies_at_once_says_what_it_wrote(tmp_path: Path) -> None:
    command = ["sh", "-c", "echo no such thing; exit 3"]
    with (
        pytest.raises(process.ServiceError, match=r"ended with 3[^$]*no such thing"),
        process.running(command, log=tmp_path / "log", ready=lambda: False),
    ):
        pass


def test_a_service_ends_with_its_block(tmp_path: Path) -> None:
    with process.running(["sleep", "60"], log=tmp_path / "log", ready=lambda: True) as child:
        assert child.poll() is None
    assert child.poll() is not None


def test_what_a_service_started_ends_with_it(tmp_path: Path) -> None:
    started = tmp_path / "pid"
    # It leaves a child behind, as a worker that is killed leaves its pool.
    command = ["sh", "-c", f"sleep 60 & echo $! >{started}.new; mv {started}.new {started}; wait"]
    with process.running(command, log=tmp_path / "log", ready=started.exists):
        child = int(started.read_text())
        os.kill(child, 0)
    limit = time.monotonic() + 60
    while _lives(child):
        assert time.monotonic() < limit, "the child outlived its service"
        time.sleep(0.02)


def _lives(pid: int) -> bool:
    """Whether the process still runs: one that nobody has waited for yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("role", list(Role))
def test_there_is_one_test_user_a_role(role: Role, client_for: Callable[[str], Client]) -> None:
    client = client_for(role)
    assert User.objects.get(pk=client.session["_auth_user_id"]).role == role


@pytest.mark.django_db(transaction=True)
def test_a_worker_answers(redis_url: str, tmp_path: Path) -> None:
    from curation.celery import app

    with celery.worker(tmp_path, settings_module=celery.COLD):
        assert app.control.ping(timeout=60, limit=1)


@pytest.mark.django_db
def test_the_database_is_the_one_that_was_asked_for() -> None:
    asked = urlsplit(os.environ.get("KOTOGURA_TEST_DATABASE_URL") or "sqlite:").scheme
    assert connection.vendor == asked
