"""Many mutants of one form, read in a process of their own.

``python -m tests.fuzz.stretches FORM SEED FIRST END FOLDER`` prints how many of the cases broke a
promise, and the processor time that all took.
"""

from __future__ import annotations

import faulthandler
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz.reading import Case, cases, faults, format_of

#: Cases that one unit reads.
_AT_ONCE = 250
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
    with tempfile.TemporaryDirectory(prefix="kotogura-fuzz-") as folder:
        for first in range(stretch.first, stretch.end, _AT_ONCE):
            faulthandler.dump_traceback_later(_STUCK, exit=True)
            numbers = range(first, min(first + _AT_ONCE, stretch.end))
            batch = cases(stretch.form, stretch.seed, numbers)
            format = format_of(stretch.form, first // _AT_ONCE)
            for case, told in faults(batch, format, Path(folder)):
                found += 1
                _keep(case, stretch, format, told)
        faulthandler.cancel_dump_traceback_later()
    return found


def _keep(case: Case, stretch: Stretch, format: str, told: str) -> None:
    folder = stretch.out / stretch.form / format
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{stretch.seed}-{case.name}"
    path.write_bytes(case.data)
    sys.stderr.write(f"{path}: {told}\n  again: python -m tests.fuzz --replay {path}\n")


if __name__ == "__main__":
    form, seed, first, end, out = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, _MEMORY))
    given = Stretch(form=form, seed=int(seed), first=int(first), end=int(end), out=Path(out))
    sys.stdout.write(f"{_read(given)} {time.process_time():.0f}\n")
