"""``python -m tests.fuzz``: mutants of every format through its reader, as many as are asked for.

::

    make fuzz ARGS="--only warc html --cases 100000 --seed 7"
    .venv/bin/python -m tests.fuzz --replay FILE…

A case that breaks a promise is kept, with the command that reads it again; the exit status is 1
then. The same seed gives the same cases.
"""

from __future__ import annotations

import argparse
import faulthandler
import os
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from tests.fuzz.forms import forms
from tests.fuzz.reading import Case, cases, faults, format_of

#: Cases that one process reads before another begins: what it leaks is gone then.
_STRETCH = 10_000
#: Cases that one unit reads.
_AT_ONCE = 250
#: Seconds without an end of such a unit: a regular expression cannot be interrupted.
_STUCK = 600
_MEMORY = 4 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stretch:
    form: str
    seed: int
    first: int
    end: int
    out: Path


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    if options.replay:
        return _replay(options.replay)
    stretches = [
        _Stretch(
            form=name,
            seed=options.seed,
            first=first,
            end=min(first + _STRETCH, options.cases),
            out=options.out,
        )
        for first in range(0, options.cases, _STRETCH)
        for name in options.only
    ]
    read: Counter[str] = Counter()
    found = 0
    processes = get_context("spawn")
    with processes.Pool(options.workers, _limit_memory, maxtasksperchild=1) as pool:
        for stretch, count, seconds in pool.imap_unordered(_read, stretches):
            read[stretch.form] += stretch.end - stretch.first
            found += count
            print(
                f"{stretch.form}: {read[stretch.form]:,} cases, {found:,} faults in all, "
                f"{seconds:.0f} s",
                flush=True,
            )
    return int(found > 0)


def _limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, _MEMORY))


def _read(stretch: _Stretch) -> tuple[_Stretch, int, float]:
    """How many of a stretch's cases break a promise, and the processor time that it took."""
    began, found = time.process_time(), 0
    with tempfile.TemporaryDirectory(prefix="kotogura-fuzz-") as folder:
        for first in range(stretch.first, stretch.end, _AT_ONCE):
            # What hangs is in the folder then, which nobody removes.
            faulthandler.dump_traceback_later(_STUCK, exit=True)
            numbers = range(first, min(first + _AT_ONCE, stretch.end))
            batch = cases(stretch.form, stretch.seed, numbers)
            format = format_of(stretch.form, first // _AT_ONCE)
            for case, told in faults(batch, format, Path(folder)):
                found += 1
                _keep(case, stretch, format, told)
        faulthandler.cancel_dump_traceback_later()
    return stretch, found, time.process_time() - began


def _keep(case: Case, stretch: _Stretch, format: str, told: str) -> None:
    folder = stretch.out / stretch.form / format
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{stretch.seed}-{case.name}"
    path.write_bytes(case.data)
    print(f"{path}: {told}\n  again: python -m tests.fuzz --replay {path}", file=sys.stderr)


def _replay(paths: Sequence[Path]) -> int:
    """Kept cases once more, in the format that their folder is named for."""
    found = 0
    for path in paths:
        case = Case(path.name, path.read_bytes())
        with tempfile.TemporaryDirectory(prefix="kotogura-fuzz-") as folder:
            for _, told in faults([case], path.parent.name, Path(folder)):
                found += 1
                print(f"{path}: {told}")
    return int(found > 0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    add = parser.add_argument
    names = list(forms())
    add("--only", nargs="+", choices=names, default=names, metavar="FORM", help=", ".join(names))
    add("--cases", type=int, default=1_000_000, help="of each form")
    add("--seed", type=int, default=0)
    add("--workers", type=int, default=os.cpu_count())
    add("--out", type=Path, default=Path("var/fuzz"), help="where faults are kept")
    add("--replay", type=Path, nargs="+", metavar="FILE", help="read kept cases again")
    return parser


if __name__ == "__main__":
    sys.exit(main())
