"""The same questions for everybody who looks for documents. Only the standard library is used here.

A question comes in several wordings, so that nobody answers from what is remembered of the last
one. Of each the number of documents found and the numbers of the first ones are kept.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time

from benchmarks.protocol import Task

#: Documents that are asked for beside their number.
FIRST = 50
#: Bars of a histogram.
BARS = 40

#: How SQL looks for a word anywhere in a text.
LIKE = "text LIKE '%{word}%'"

#: Question -> what it is, for people.
QUESTIONS = {
    "word": "a frequent word",
    "rare": "a rare word",
    "number": "a number’s limit",
    "both": "word and limit",
    "histogram": "a histogram",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One question as it is asked once."""

    question: str
    #: The first one warms up and is not measured.
    number: int
    #: Looked for anywhere in the text; "" for nothing.
    word: str
    #: The column that has a least value, or that a histogram is of; "" for none.
    column: str
    least: float

    @property
    def name(self) -> str:
        return f"{self.question}.{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    #: Documents; of a histogram the sum of its bars.
    documents: int
    #: Numbers of the first ones in the corpus' order; none where only the count was asked.
    first: list[int]


def wordings(folder: Path) -> list[Wording]:
    """As the study wrote them."""
    rows = json.loads((folder / "wordings.json").read_text("utf-8"))
    return [Wording(**row) for row in rows]


def ask(
    task: Task, answer: Callable[[Wording], Found], processor: Callable[[], float] = process_time
) -> None:
    """Every wording once. ``processor`` gives the seconds of processor time of who answers."""
    asked = wordings(task.input)
    for wording in asked:
        if wording.number == 0:
            answer(wording)
    for wording in asked:
        if wording.number == 0:
            continue
        spent, began = processor(), perf_counter()
        found = answer(wording)
        seconds, spent = perf_counter() - began, processor() - spent
        task.seconds += seconds
        task.cpu_seconds += spent
        task.counts |= {
            f"{wording.name}.seconds": seconds,
            f"{wording.name}.cpu": spent,
            f"{wording.name}.found": found.documents,
        }
        task.keep(wording.name, "q", array("q", found.first))


def condition(wording: Wording, contains: str = LIKE) -> str:
    """The wording in SQL; ``contains`` says how words are looked for."""
    said = []
    if wording.word:
        said.append(contains.format(word=wording.word))
    if wording.column:
        said.append(f"{wording.column} >= {wording.least}")
    return " AND ".join(said)


def histogram(wording: Wording, table: str, least: str = "least") -> str:
    """A histogram in SQL: a row for each bar that has documents; shares are from 0 to 1."""
    bar = f"{least}(CAST(floor({wording.column} * {BARS}) AS INTEGER), {BARS - 1})"
    return f"SELECT {bar} AS bar, count(*) AS documents FROM {table} GROUP BY 1 ORDER BY 1"
