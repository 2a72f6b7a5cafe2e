"""The short form of ``make fuzz``, which ``make test`` runs.

In three files: whole files of tests are what test processes share.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.fuzz.reading import batches, faults, folder

#: Mutants of each form.
CASES = 10_000


def broken(form: str) -> Iterator[str]:
    """The cases of the form that break a promise, and which one."""
    with folder() as place:
        for batch, format in batches(form, 1, range(CASES)):
            for case, told in faults(batch, format, place):
                yield f"{case.name} as {format}: {told}"
