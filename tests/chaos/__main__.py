"""``python -m tests.chaos``: every promise of durability tried in full; 1 when one is broken.

``--only zombies --times 20`` chooses one and its size, ``--database sqlite`` the embedded
default. PostgreSQL, Redis and the workers are real, and of this command's own.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.chaos.ground import Ground
    from tests.chaos.outcome import Outcome

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"


def main() -> int:
    options = _options()
    if options.database == "postgresql" and not os.environ.get("KOTOGURA_TEST_DATABASE_URL"):
        from tests.services.postgresql import Cluster

        with Cluster() as cluster:
            again = [sys.executable, "-m", "tests.chaos", *sys.argv[1:]]
            environment = {**os.environ, "KOTOGURA_TEST_DATABASE_URL": cluster.url}
            return subprocess.run(again, env=environment, check=False).returncode
    import django

    django.setup()
    return _try(options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--only", nargs="+", metavar="ROW", help="these rows (all)")
    parser.add_argument("--times", type=int, help="how often, instead of the row's full size")
    parser.add_argument("--database", choices=("postgresql", "sqlite"), default="postgresql")
    return parser.parse_args()


def _try(options: argparse.Namespace) -> int:
    from django.db import connection

    from tests.chaos.rows import ROWS

    chosen = options.only or list(ROWS)
    if unknown := set(chosen) - set(ROWS):
        sys.exit(f"There is no {', '.join(sorted(unknown))}. The rows are: {', '.join(ROWS)}.")
    size = {} if options.times is None else {"times": options.times}
    broken = []
    connection.creation.create_test_db(verbosity=0)
    for name in chosen:
        print(f"== {name} on {connection.vendor}", flush=True)
        began = time.monotonic()
        with _broker(name), _ground() as ground:
            outcome = _outcome(ROWS[name], ground, size)
        print("\n".join(outcome.lines()))
        print(f"  seconds in all: {time.monotonic() - began:.0f}", flush=True)
        if not outcome.held:
            broken.append(name)
    print(f"broken: {', '.join(broken)}" if broken else "every promise held")
    return 1 if broken else 0


def _outcome(row: Callable[..., Outcome], ground: Ground, size: dict[str, int]) -> Outcome:
    """The row's, or that it came to no end."""
    from tests.chaos.outcome import Outcome

    try:
        return row(ground, **size)
    except AssertionError as error:
        return Outcome(promise="came to no end", held=False, figures={"why": error})


@contextmanager
def _broker(row: str) -> Iterator[None]:
    """A Redis where the settings say it is, unless the row kills one of its own."""
    from django.conf import settings

    from tests.services.redis import redis

    with nullcontext() if row == "redis" else redis(settings.REDIS_SOCKET):
        yield


@contextmanager
def _ground() -> Iterator[Ground]:
    """An empty database and an empty store."""
    from django.core.management import call_command
    from django.test import override_settings

    from tests.chaos.ground import Ground, user
    from tests.integration.play import Workbench

    call_command("flush", interactive=False, verbosity=0)
    with tempfile.TemporaryDirectory(prefix="kotogura-chaos-") as name:
        folder = Path(name)
        with override_settings(STORE_URL=f"file://{folder / 'store'}"):
            yield Ground(folder=folder, bench=Workbench(user()), say=_say)


def _say(line: str) -> None:
    print(f"  … {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
