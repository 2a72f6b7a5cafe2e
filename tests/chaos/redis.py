"""Redis is killed, emptied and frozen under workers that are never started again."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable

from django.conf import settings
from redis import Redis, exceptions

from curation.models import Run
from tests.chaos.ground import NAPPING, Ground, finish, wait
from tests.chaos.naps import known_here, naps
from tests.chaos.outcome import Outcome, spread
from tests.chaos.processes import main_workers, send

PROMISE = "Redis holds nothing that is needed"
CONSUMING_SECONDS = 60.0


def redis(ground: Ground, *, times: int = 20, freeze_seconds: float = 60.0) -> Outcome:
    """``times`` it is killed with -9 and started again; emptied and frozen a quarter as often."""
    some = max(1, times // 4)
    with known_here(), ground.workers("one", settings_module=NAPPING, redis=True):
        return struck(
            ground,
            [
                *[("killed", kill)] * times,
                *[("emptied", empty)] * some,
                *[("frozen", lambda: freeze(freeze_seconds))] * some,
            ],
        )


def struck(ground: Ground, blows: list[tuple[str, Callable[[], None]]]) -> Outcome:
    """Each blow while the workers that are there work, and more work asked for after it."""
    again: dict[str, list[float]] = {name: [] for name, _ in blows}
    lost, before = 0, main_workers()
    for number, (name, blow) in enumerate(blows):
        first = 100_000 + 20 * number
        at_work = ground.nap(naps(6, 0.3, first=first))
        wait(lambda run=at_work: run.units.filter(token__gt=0).exists(), 90, "work")
        blow()
        began = time.monotonic()
        asked = ground.nap(naps(2, 0.1, first=first + 10))
        finish(asked, seconds=180)
        again[name].append(time.monotonic() - began)
        finish(at_work, seconds=180)
        lost += _lost(at_work, 6) + _lost(asked, 2)
        ground.say(f"{name}: new work done after {again[name][-1]:.1f} s, {lost} lost")
    restarted = main_workers() != before
    seconds = [second for each in again.values() for second in each]
    figures = {
        "units lost": lost,
        "workers started again": restarted,
        **{f"done with new work after it was {name}": spread(s) for name, s in again.items()},
    }
    held = not lost and not restarted and max(seconds) <= CONSUMING_SECONDS
    return Outcome(promise=PROMISE, held=held, figures=figures)


def kill() -> None:
    """Its supervisor starts it again; the block ends when it answers."""
    send(_pid(), signal.SIGKILL)
    wait(_answers, 30, "Redis")


def empty() -> None:
    with Redis.from_url(settings.REDIS_URL) as client:
        client.flushall()


def freeze(seconds: float) -> None:
    """It accepts connections and says nothing; meanwhile more work is asked for."""
    pid = _pid()
    send(pid, signal.SIGSTOP)
    time.sleep(seconds)
    send(pid, signal.SIGCONT)


def _pid() -> int:
    with Redis.from_url(settings.REDIS_URL) as client:
        return int(client.info("server")["process_id"])


def _answers() -> bool:
    try:
        with Redis.from_url(settings.REDIS_URL) as client:
            return bool(client.ping())
    except (exceptions.ConnectionError, exceptions.TimeoutError):
        return False


def _lost(run: Run, expected: int) -> int:
    return expected - run.units.filter(stage="nap", state="done").count()
