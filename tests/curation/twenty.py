"""How long twenty curators wait beside each other; no test, a person's measurement.

    PYTHONPATH=. python -m tests.curation.twenty FOLDER [PEOPLE] [SECONDS]

serves the data folder FOLDER (of ``manage.py workbench``, or of tests/curation/ten_million.py) by
the workbench's own processes: gunicorn, the what-if process, the workers. One person asks each
kind of question again and again, alone; then PEOPLE do, each one question after the other, in
random order with 1 to 5 seconds between an answer and the next question. For each kind the p50
and p95 of the wait, in milliseconds, both ways, how much longer the p95 is, and the processor time
that the web server takes for one question of a person alone: that tells two versions apart on a
machine that does other work too.
"""

# It prints, and the settings come from the environment, before Django is set up.
# ruff: noqa: T201

from __future__ import annotations

import http.client
import os
import random
import statistics
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

if __name__ == "__main__":
    os.environ["KOTOGURA_DATA_DIR"] = str(Path(sys.argv[1]).resolve())
    os.environ["DJANGO_SETTINGS_MODULE"] = "curation.settings"

    import django

    django.setup()

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.urls import reverse

from curation.models import Snapshot, User
from curation.queries import studio
from curation.queries.places import Place, pick
from curation.queries.snapshots import contents
from tests.curation.ten_million import private_megabytes
from tests.services.process import free_port, running

ALONE = 12
_TOKEN = "0" * 32
WORDS = ["大学", "市場", "図書館", "倉庫", "味噌", "研究", "祭り", "東京"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    address: str
    form: Mapping[str, str] | None = None
    htmx: bool = False


Kinds = Mapping[str, Callable[[random.Random], Asked]]


class Person:
    """Somebody who is logged in."""

    def __init__(self, number: int, port: int) -> None:
        user, _ = User.objects.get_or_create(
            username=f"curator-{number}", defaults={"role": "curator"}
        )
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        self.draw = random.Random(number)
        self._port = port
        self._page = f"page{number}"
        self._cookies = f"{settings.SESSION_COOKIE_NAME}={session.session_key}; csrftoken={_TOKEN}"

    def wait_for(self, asked: Asked) -> float:
        """Seconds until the whole answer is there. Raises RuntimeError for one that is none."""
        headers = {"Cookie": self._cookies, "X-Page": self._page, "X-CSRFToken": _TOKEN}
        if asked.htmx:
            headers |= {"HX-Request": "true", "HX-Target": "board"}
        body = None
        if asked.form is not None:
            body = urlencode(asked.form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=120)
        connection.request("GET" if body is None else "POST", asked.address, body, headers)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        if answer.status not in (200, 204, 302):
            raise RuntimeError(f"{asked.address}: {answer.status} {text[:500]!r}")
        return time.perf_counter() - began

    def is_answered(self, asked: Asked) -> bool:
        try:
            self.wait_for(asked)
        except RuntimeError:
            return False
        return True


def kinds(snapshot: Snapshot) -> Kinds:
    parts = contents(snapshot.manifest)["parts"]
    ids = [
        row["id"]
        for row in pick(
            snapshot.manifest,
            [Place(part, row) for part in range(len(parts)) for row in range(0, 40, 2)
             if row < parts[part]["rows"]],
            {"documents": ("id",)},
        )
    ]  # fmt: skip
    rule = next(r for r in snapshot.recipe.value.active_rules if r.min and r.signal != "characters")
    values = studio.chart_of(snapshot, rule).settings()

    def to(name: str, *more: str, **query: Any) -> str:
        address = reverse(name, args=[snapshot.pk, *more])
        return f"{address}?{urlencode(query)}" if query else address

    def limit(draw: random.Random) -> dict[str, str]:
        return {f"min.{rule.name}": str(draw.choice(values[: len(values) // 2]))}

    return {
        "list": lambda draw: Asked(address=to("documents", verdict=draw.choice(["keep", "drop"]))),
        "facets": lambda draw: Asked(
            address=to("explore-facets", verdict=draw.choice(["keep", "drop"])), htmx=True
        ),
        "search": lambda draw: Asked(address=to("documents", contains=draw.choice(WORDS))),
        "board": lambda draw: Asked(address=to("studio-board", **limit(draw)), htmx=True),
        "grab": lambda draw: Asked(
            address=to("studio-curve", rule=rule.name, side="min", **limit(draw))
        ),
        "document": lambda draw: Asked(address=to("document", draw.choice(ids))),
        "judge": lambda draw: Asked(
            address=to("document-judge", draw.choice(ids)),
            form={"verdict": draw.choice(["keep", "drop"]), "note": ""},
        ),
    }


def percentile(waits: list[float], share: float) -> float:
    ordered = sorted(waits)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def alone(person: Person, questions: Kinds) -> tuple[dict[str, list[float]], dict[str, float]]:
    """How long each waited, by kind, and the processor time that the web server took for one."""
    waits: dict[str, list[float]] = {}
    busy: dict[str, float] = {}
    for name, question in questions.items():
        person.wait_for(question(person.draw))
        before = processor("gunicorn")
        waits[name] = [person.wait_for(question(person.draw)) for _ in range(ALONE)]
        busy[name] = (processor("gunicorn") - before) / ALONE
    return waits, busy


def together(people: list[Person], questions: Kinds, seconds: float) -> dict[str, list[float]]:
    waits: dict[str, list[float]] = defaultdict(list)
    until = time.monotonic() + seconds
    failures: list[BaseException] = []

    def work(person: Person) -> None:
        try:
            time.sleep(person.draw.uniform(0, 3))
            while time.monotonic() < until:
                name = person.draw.choice(list(questions))
                waits[name].append(person.wait_for(questions[name](person.draw)))
                time.sleep(person.draw.uniform(1, 5))
        except (OSError, RuntimeError) as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for failure in failures:
        print(f"failed: {failure}")
    return waits


def memory(of: str) -> int:
    """The largest private memory of the processes whose command line has the words, in MB."""
    return max([private_megabytes(one.name) for one in _processes(of)], default=0)


def processor(of: str) -> float:
    """Seconds of the processor that they took since they began."""
    ticks = 0
    for one in _processes(of):
        fields = (one / "stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _processes(of: str) -> list[Path]:
    return [one for one in Path("/proc").iterdir() if one.name.isdigit() and of in _command(one)]


def _command(process: Path) -> str:
    try:
        if str(settings.DATA_DIR).encode() not in (process / "environ").read_bytes():
            return ""
        return (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def main() -> None:
    people = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 60
    snapshot = Snapshot.objects.latest("pk")
    questions = kinds(snapshot)
    port = free_port()
    log = Path(settings.DATA_DIR) / "twenty.log"
    command = [sys.executable, "manage.py", "workbench", "--port", str(port), "--workers", "1"]
    with running(
        command,
        log=log,
        ready=lambda: "login:" in log.read_text(),
        seconds=180,
        cwd=settings.BASE_DIR,
        env=dict(os.environ),
    ):
        everyone = [Person(number, port) for number in range(people)]
        began = time.perf_counter()
        while not everyone[0].is_answered(questions["board"](everyone[0].draw)):
            time.sleep(0.5)
        print(f"{snapshot.counts['documents_in']:,} documents; the first board after a start "
              f"{time.perf_counter() - began:.1f} s; load {os.getloadavg()[0]:.1f}")  # fmt: skip
        single, busy = alone(everyone[0], questions)
        crowd = together(everyone, questions, seconds)
        _print(single, busy, crowd, people)
        print(f"private memory: web {memory('gunicorn')} MB, what-if {memory('what_if')} MB; "
              f"load {os.getloadavg()[0]:.1f}")  # fmt: skip


def _print(
    single: Mapping[str, list[float]],
    busy: Mapping[str, float],
    crowd: Mapping[str, list[float]],
    people: int,
) -> None:
    print(
        f"{'':10} {'processor':>10} {'alone p50':>10} {'p95':>6} {f'{people} p50':>10} "
        f"{'p95':>6} {'asked':>6} ratio"
    )
    for name, waits in single.items():
        many = crowd.get(name, [0.0])
        one, other = percentile(waits, 0.95), percentile(many, 0.95)
        middle, all_middle = statistics.median(waits), statistics.median(many)
        print(
            f"{name:10} {busy[name] * 1e3:10.0f} {middle * 1e3:10.0f} {one * 1e3:6.0f} "
            f"{all_middle * 1e3:10.0f} {other * 1e3:6.0f} {len(many):6} {other / one:5.1f}"
        )


if __name__ == "__main__":
    main()
