"""``python -m tests.fuzz``: mutants of every format through its reader, as many as are asked for.

::

    make fuzz ARGS="--only warc html --cases 100000 --seed 7"
    .venv/bin/python -m tests.fuzz --replay FILE…

A case that breaks a promise is kept, with the command that reads it again; the exit status is 1
then. The same seed gives the same cases.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.fuzz.forms import forms
from tests.fuzz.reading import Case, faults, folder
from tests.fuzz.stretches import Stretch, in_a_process

#: Cases that one process reads before another begins: what it leaks is gone then.
_STRETCH = 10_000


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    if options.replay:
        return _replay(options.replay)
    stretches = [
        Stretch(
            form=name,
            seed=options.seed,
            first=first,
            end=min(first + _STRETCH, options.cases),
            out=options.out,
        )
        for first in range(0, options.cases, _STRETCH)
        for name in options.only
    ]
    done: Counter[str] = Counter()
    found = 0
    with ThreadPoolExecutor(options.workers) as pool:
        for stretch, count, seconds in pool.map(in_a_process, stretches):
            done[stretch.form] += stretch.end - stretch.first
            found += count
            print(
                f"{stretch.form}: {done[stretch.form]:,} cases, {found:,} faults in all, "
                f"{seconds:.0f} s",
                flush=True,
            )
    return int(found > 0)


def _replay(paths: Sequence[Path]) -> int:
    """Kept cases once more, in the format that their folder is named for."""
    found = 0
    for path in paths:
        case = Case(path.name, path.read_bytes())
        with folder() as place:
            for _, told in faults([case], path.parent.name, place):
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
