"""What settings would keep, as the what-if process counts it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from benchmarks.protocol import Task, main
from benchmarks.questions import MOVES, moved
from corpora.decisions.packed import Documents, People
from corpora.decisions.totals import Measures, Totals, totals
from corpora.decisions.what_if import Overrides
from corpora.rules import Limits


class Asked:
    def __init__(self, task: Task) -> None:
        folder = Path(task.options["columns"])
        self.rules = json.loads(task.options["rules"])
        self.rows = task.documents = int(task.options["rows"])
        self.columns = {
            name: np.load(folder / f"{name}.npy", mmap_mode="r") for name, _, _ in self.rules
        }
        self.groups = np.load(folder / "grp.npy", mmap_mode="r")
        self.forget()

    def forget(self) -> None:
        """As if nobody had asked anything."""
        self._documents = Documents(self.columns, self.rows, np.zeros(1, np.int64))
        self._people = People.of(Overrides(), self.rows)
        self._measures = Measures(
            groups=self.groups,
            count=int(self.groups.max()) + 1,
            characters=self.columns["characters"],
            tokens=np.zeros(0, np.int32),
        )
        self._before: Totals | None = None

    def answer(self, move: int) -> Totals:
        limits = [
            Limits(name=name, signal=name, min=least, max=most)
            for name, least, most in moved(self.rules, move)
        ]
        found = self._documents.answer(limits, self._people)
        first = [found.first[rule.name] for rule in limits]
        self._before = totals([*first, found.kept], self._measures, self._before)
        return self._before


def studio(task: Task) -> None:
    """The page is there; then a limit moves."""
    asked = Asked(task)
    found = asked.answer(0)
    with task.measured():
        for move in range(1, MOVES + 1):
            found = asked.answer(move)
    _told(task, found)


def first(task: Task) -> None:
    """Nobody has asked of any limit before."""
    asked = Asked(task)
    found = asked.answer(0)
    for move in range(1, MOVES + 1):
        asked.forget()
        with task.measured():
            found = asked.answer(move)
    _told(task, found)


def _told(task: Task, found: Totals) -> None:
    task.documents *= MOVES
    task.keep("totals", "q", found.sums[:, :2].ravel().tolist())


WORKS = {"what_if": studio, "what_if.first": first}

if __name__ == "__main__":
    main(WORKS, packages=("numpy", "numba"))
