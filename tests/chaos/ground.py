"""The ground a promise is tried on: a corpus of many parts, real workers, and a run over it."""

from __future__ import annotations

import hashlib
import random
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.db.models import Sum
from django.test import override_settings

from curation.actions import sources
from curation.actions.advance import create
from curation.models import Run, User
from curation.store import store
from curation.supervisor import Supervisor, redis_program, worker_program
from tests.chaos.processes import live_workers
from tests.integration.play import Workbench
from tests.services import celery

#: Words of the made texts: enough of them that documents differ, few enough for Japanese.
_SYLLABLES = "あいうえおかきくけこさしすせそたちつてとなにのはひふまみむめもやゆよらりるれわをん"
_KANJI = "山川海空森村町駅店本紙米茶魚花鳥雪雨風光水火土木金石糸竹虫犬"


#: Settings of workers that know the naps (tests/chaos/naps.py).
NAPPING = "tests.chaos.settings"


@dataclass(frozen=True, kw_only=True)
class Ground:
    #: Of this trial's own; the store lies in it.
    folder: Path
    bench: Workbench
    #: Hears of each blow as it was dealt.
    say: Callable[[str], object] = lambda line: None

    def fill(self, parts: int, *, part_bytes: int = 20_000) -> None:
        """Read ``parts`` files, each a part of its own."""
        files = self.folder / "files"
        files.mkdir()
        for number in range(parts):
            (files / f"{number:05}.jsonl").write_bytes(lines(number, part_bytes))
        paths = [str(path) for path in sorted(files.iterdir())]
        source, _new = sources.add_paths(
            corpus=self.bench.corpus, paths=paths, by=self.bench.by, any_path=True
        )
        run = self.bench.work(source.runs.get())
        assert run.state == Run.State.DONE, run.reason

    @contextmanager
    def copied_store(self) -> Iterator[None]:
        """A copy of the store as it is in its place, so that nothing done in it is known later."""
        copy = self.folder / "copy"
        shutil.copytree(self.folder / "store", copy)
        try:
            with override_settings(STORE_URL=f"file://{copy}"):
                yield
        finally:
            shutil.rmtree(copy)

    def undisturbed(self) -> str:
        """The manifest of a run in this process, in a copy of the store."""
        with self.copied_store():
            run = self.bench.work(self.bench.begin())
        assert run.state == Run.State.DONE, run.reason
        return str(run.snapshot.manifest)

    def forget_keys(self) -> None:
        """So that the next run knows nothing of what was computed; call it when none goes on."""
        for key in (self.folder / "store" / "keys").glob("*/*"):
            key.unlink()

    def nap(self, naps: Sequence[Mapping[str, Any]]) -> Run:
        """Begin a run of such units (tests/chaos/naps.py); call it where they are known."""
        arguments = {"naps": list(naps)}
        return create(kind=Run.Kind.TRAIN, arguments=arguments, by=self.bench.by, corpora=[])

    @contextmanager
    def workers(
        self,
        *names: str,
        processes: int = 1,
        redis: bool = False,
        settings_module: str = "curation.settings",
        interactive: bool = False,
        **variables: str,
    ) -> Iterator[Supervisor]:
        """Workers of a batch under the product's supervisor, which starts again what dies.

        With ``redis`` so is the Redis of the settings; else it is there already. Some
        ``settings_module`` make them know more than the product does, e.g. NAPPING. With
        ``interactive`` there is a worker for what people wait for, too.
        """
        environment = {**celery.environment(), **variables}
        environment["DJANGO_SETTINGS_MODULE"] = settings_module
        watcher = Supervisor(self.folder / "logs", environment, lambda line: None)
        ended = threading.Event()
        tending = threading.Thread(target=_tend, args=(watcher, ended))
        try:
            if redis:
                watcher.start(redis_program(settings.REDIS_SOCKET, self.folder))
            for name in names:
                watcher.start(worker_program(name, ["cpu", "io"], processes))
            if interactive:
                watcher.start(worker_program("interactive", ["interactive"], 1))
            tending.start()
            wait(lambda: len(live_workers()) >= len(names) * (processes + 1), 120, "the workers")
            yield watcher
        finally:
            ended.set()
            tending.join()
            watcher.stop()


def _tend(watcher: Supervisor, ended: threading.Event) -> None:
    while watcher.tend() and not ended.wait(0.1):
        pass


def wait(
    condition: Callable[[], object], seconds: float, what: str, *, every: float = 0.05
) -> float:
    """Seconds until the condition held. Raises AssertionError when they are too many."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() < began + seconds, f"{what}: not within {seconds:.0f} s"
        time.sleep(every)
    return time.monotonic() - began


def ended(run: Run) -> bool:
    run.refresh_from_db()
    return run.ended


def finish(run: Run, seconds: float = 600, *, every: float = 0.05) -> None:
    """Wait for the run's good end; looks for it ``every`` so many seconds."""
    wait(lambda: ended(run), seconds, "the run's end", every=every)
    assert run.state == Run.State.DONE, run.reason


def redone(run: Run) -> int:
    """Claims beyond the one that each computed unit needs."""
    computed = run.units.filter(known=False)
    return int(computed.aggregate(n=Sum("token"))["n"] or 0) - computed.count()


def damaged() -> list[str]:
    """Files of the store that are visible under a name which is not theirs, or no whole JSON."""
    root = store().root
    found = []
    for path in (root / "blobs").glob("*/*"):
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != path.parent.name + path.name:
                found.append(str(path))
    for path in (root / "keys").glob("*/*"):
        try:
            orjson.loads(path.read_bytes())
        except orjson.JSONDecodeError:
            found.append(str(path))
    return found


def contents() -> Mapping[str, str]:
    """Every blob and key of the store with the hash of its bytes."""
    root = store().root
    files = [*(root / "blobs").glob("*/*"), *(root / "keys").glob("*/*")]
    return {str(p.relative_to(root)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def lines(number: int, size: int) -> bytes:
    """About ``size`` bytes of documents, the same for the same number; every ninth a copy."""
    rng, made, total = random.Random(number), [], 0
    shared = random.Random(0)
    while total < size:
        source = shared if len(made) % 9 == 8 else rng
        text = "".join(_sentence(source) for _ in range(source.randint(3, 30)))
        record = orjson.dumps({"id": f"{number}-{len(made)}", "text": text})
        made.append(record)
        total += len(record) + 1
    return b"\n".join(made)


def _sentence(rng: random.Random) -> str:
    words = (
        "".join(
            rng.choices(_KANJI, k=rng.randint(1, 2)) + rng.choices(_SYLLABLES, k=rng.randint(1, 4))
        )
        for _ in range(rng.randint(4, 9))
    )
    return "".join(words) + "。"


def user() -> User:
    return User.objects.create_user(username="engineer", password="s", role="engineer")
