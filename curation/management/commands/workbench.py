"""manage.py workbench: the whole product under one command."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import redis
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError, connection, connections

from curation import supervisor
from curation.actions.sources import load_sample
from curation.management.operator import first_login, operator
from curation.management.output import Verb
from curation.management.waiting import POLL_SECONDS, wait_for, workers_are_there
from curation.models import Run
from curation.supervisor import Supervisor


class Command(Verb):
    help = "Start Redis, the workers and the web server, and keep them running until stopped."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=os.cpu_count() or 2)
        parser.add_argument("--sample", action="store_true", help="load and curate the sample")
        parser.add_argument("--data-dir", type=Path, help="where everything is kept")
        parser.add_argument(
            "--exit-when-done", action="store_true", help="stop when no run is at work any more"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        _in_data_dir(options["data_dir"])
        data_dir = Path(settings.DATA_DIR)
        with supervisor.lock(data_dir):
            supervisor.require_free_port(options["host"], options["port"])
            call_command("prepare", verbosity=0)
            connections.close_all()
            watcher = Supervisor(data_dir / "logs", _environment(options), self._say)
            watcher.stop_on_signals()
            try:
                self._serve(watcher, options)
            finally:
                watcher.stop()
                self._say("stopped")

    def _serve(self, watcher: Supervisor, options: dict[str, Any]) -> None:
        _start(watcher, options)
        self._greet(options)
        if options["sample"]:
            self._load_sample(watcher)
        if options["exit_when_done"]:
            watcher.watch(until=_nothing_at_work)
        else:
            watcher.watch()

    def _greet(self, options: dict[str, Any]) -> None:
        self._say(f"Kotogura (言蔵) is at http://{options['host']}:{options['port']}/")
        login = first_login()
        if login is not None:
            self._say(f"login: {login[0]}  password: {login[1]}")

    def _load_sample(self, watcher: Supervisor) -> None:
        """The sample's chain of runs, one bar after the other."""
        run: Run | None = load_sample(by=operator())
        while run is not None:
            self._say(f"sample: {run.get_kind_display()}")
            run = wait_for(run, go_on=watcher.tend)
            if watcher.stopping:
                return
            if run.state != Run.State.DONE:
                raise CommandError(f"The sample's run {run.pk} is {run.state}. {run.reason}")
            run = _next_run(run, go_on=watcher.tend)
        if not watcher.stopping:
            self._say("the sample is ready")

    def _say(self, line: str) -> None:
        self.stderr.write(line)
        self.stderr.flush()


def _in_data_dir(folder: Path | None) -> None:
    """Settings are read once: another data folder means this command again, in its environment."""
    if folder is None or folder.resolve() == Path(settings.DATA_DIR):
        return
    environment = {**os.environ, "KOTOGURA_DATA_DIR": str(folder.resolve())}
    # The settings put it there: it follows the data folder, unless somebody chose another place.
    if environment["NUMBA_CACHE_DIR"] == str(Path(settings.DATA_DIR) / "kernels"):
        del environment["NUMBA_CACHE_DIR"]
    os.execve(sys.executable, [sys.executable, *sys.argv], environment)


def _environment(options: dict[str, Any]) -> dict[str, str]:
    hosts = [*settings.ALLOWED_HOSTS, options["host"]]
    return {
        **os.environ,
        "KOTOGURA_DATA_DIR": str(settings.DATA_DIR),
        "DJANGO_SETTINGS_MODULE": "curation.settings",
        "ALLOWED_HOSTS": ",".join(dict.fromkeys(hosts)),
        "PYTHONUNBUFFERED": "1",
    }


def _start(watcher: Supervisor, options: dict[str, Any]) -> None:
    logs = Path(settings.DATA_DIR) / "logs"
    if not os.environ.get("REDIS_URL"):
        folder = Path(settings.DATA_DIR) / "redis"
        folder.mkdir(exist_ok=True)
        watcher.start(supervisor.redis_program(settings.REDIS_SOCKET, folder))
    supervisor.wait_until(_redis_answers, "Redis", 20, logs / "redis.log")
    watcher.start(supervisor.web_program(options["host"], options["port"]))
    watcher.start(supervisor.what_if_program())
    watcher.start(supervisor.worker_program("interactive", ["interactive"], 1))
    watcher.start(supervisor.worker_program("batch", ["cpu", "io"], max(1, options["workers"])))
    supervisor.wait_until(
        lambda: supervisor.answers(options["host"], options["port"]),
        "The web server",
        60,
        logs / "web.log",
    )
    supervisor.wait_until(workers_are_there, "The workers", 180, logs / "batch.log")


def _redis_answers() -> bool:
    try:
        return bool(redis.Redis.from_url(settings.REDIS_URL).ping())
    except redis.ConnectionError:
        return False


def _nothing_at_work() -> bool:
    try:
        at_work = Run.objects.filter(state=Run.State.RUNNING).exists()
        to_follow = Run.objects.filter(state=Run.State.DONE, followed=False).exists()
    except DatabaseError:  # it restarts; the workers wait for it, and so does their supervisor
        connection.close()
        return False
    return not at_work and not to_follow


def _next_run(run: Run, *, go_on: Callable[[], bool]) -> Run | None:
    """What follows the run in its chain: the next newer run over the same corpora.

    A worker begins it, in a moment: it is waited for, unless ``go_on`` says no.
    """
    while not run.followed and go_on():
        time.sleep(POLL_SECONDS)
        run.refresh_from_db()
    later = Run.objects.filter(corpora__in=run.corpora.all(), pk__gt=run.pk)
    return later.order_by("pk").first()
