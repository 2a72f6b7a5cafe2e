"""Many mutants of one form, read in a process of their own.

``python -m tests.fuzz.stretches FORM SEED FIRST END FOLDER`` prints how many of the cases broke a
promise, and the processor time that all took.
"""

from __future__ import annotations

import faulthandler
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz.reading import Case, batches, faults, folder

#: Seconds without an end of such a unit: a regular expression cannot be interrupted.
_STUCK = 600
_MEMORY = 4 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    form: str
    seed: int
    first: int
    end: int
    #: Where cases that break a promise are kept.
    out: Path


def in_a_process(stretch: Stretch) -> tuple[Stretch, int, float]:
    """Faults and seconds. Raises CalledProcessError when the process dies over a case.

    That case is in its folder then, which is left.
    """
    numbers = [str(number) for number in (stretch.seed, stretch.first, stretch.end)]
    command = [sys.executable, "-m", __spec__.name, stretch.form, *numbers, str(stretch.out)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found, seconds = done.stdout.split()
    return stretch, int(found), float(seconds)


def _read(stretch: Stretch) -> int:
    """How many of the cases break a promise."""
    found = 0
    numbers = range(stretch.first, stretch.end)
    with folder() as place:
        for batch, format in batches(stretch.form, stretch.seed, numbers):
            faulthandler.dump_traceback_later(_STUCK, exit=True)
            for case, told in faults(batch, format, place):
                found += 1
                _keep(case, stretch, format, told)
        faulthandler.cancel_dump_traceback_later()
    return found


def _keep(case: Case, stretch: Stretch, format: str, told: str) -> None:
    kept = stretch.out / stretch.form / format
    kept.mkdir(parents=True, exist_ok=True)
    path = kept / f"{stretch.seed}-{case.name}"
    path.write_bytes(case.data)
    sys.stderr.write(f"{path}: {told}\n  again: python -m tests.fuzz --replay {path}\n")


if __name__ == "__main__":
    form, seed, first, end, out = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, _MEMORY))
    given = Stretch(form=form, seed=int(seed), first=int(first), end=int(end), out=Path(out))
    sys.stdout.write(f"{_read(given)} {time.process_time():.0f}\n")
