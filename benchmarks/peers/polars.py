"""polars: counts by the first rule that fails."""

from __future__ import annotations

import json
import os
import sys

# As many as it may use; it asks when it is imported.
os.environ["POLARS_MAX_THREADS"] = "2" if sys.argv[1].startswith("questions") else "1"

import polars as pl

from benchmarks.looking import BARS, FIRST, Found, Wording, ask
from benchmarks.protocol import Task, main
from benchmarks.questions import MOVES, in_order, moved


def _counted(frame: pl.LazyFrame, rules: list) -> pl.DataFrame:
    reason = pl.lit(len(rules), pl.Int8)
    for number, (signal, least, most) in reversed(list(enumerate(rules))):
        failing = pl.lit(False)
        if least is not None:
            failing |= pl.col(signal) < pl.lit(least, pl.Float32)
        if most is not None:
            failing |= pl.col(signal) > pl.lit(most, pl.Float32)
        reason = pl.when(failing).then(pl.lit(number, pl.Int8)).otherwise(reason)
    sums = (pl.len().alias("many"), pl.col("characters").cast(pl.Int64).sum().alias("sum"))
    return frame.group_by(reason.alias("reason"), "grp").agg(*sums).collect()


def _asked(task: Task, frame: pl.LazyFrame) -> None:
    rules = json.loads(task.options["rules"])
    found = _counted(frame, moved(rules, 0))
    with task.measured():
        for move in range(1, MOVES + 1):
            found = _counted(frame, moved(rules, move))
    task.documents = int(task.options["rows"]) * MOVES
    sums = {(reason, group): (many, total) for reason, group, many, total in found.rows()}
    task.keep("totals", "q", in_order(sums, len(rules) + 1, 40))


def parquet(task: Task) -> None:
    """The file as it is."""
    _asked(task, pl.scan_parquet(task.input))


def memory(task: Task) -> None:
    """Read into memory."""
    _asked(task, pl.read_parquet(task.input).lazy())


def questions(task: Task) -> None:
    """Documents looked for in the file as it is."""
    frame = pl.scan_parquet(task.input / "documents.parquet")
    ask(task, lambda wording: _found(frame, wording))


def questions_memory(task: Task) -> None:
    """Read into memory."""
    frame = pl.read_parquet(task.input / "documents.parquet").lazy()
    ask(task, lambda wording: _found(frame, wording))


def _found(frame: pl.LazyFrame, wording: Wording) -> Found:
    if wording.question == "histogram":
        bar = (pl.col(wording.column) * BARS).floor().cast(pl.Int32).clip(0, BARS - 1)
        bars = frame.group_by(bar.alias("bar")).agg(pl.len()).sort("bar").collect()
        return Found(documents=bars["len"].sum(), first=[])
    if wording.word:
        frame = frame.filter(pl.col("text").str.contains(wording.word, literal=True))
    if wording.column:
        frame = frame.filter(pl.col(wording.column) >= pl.lit(wording.least, pl.Float32))
    many = frame.select(pl.len()).collect().item()
    if not wording.word:
        return Found(documents=many, first=[])
    first = frame.select("id", "title", "text").sort("id").head(FIRST).collect()
    return Found(documents=many, first=first["id"].to_list())


WORKS = {
    "what_if": parquet,
    "what_if.memory": memory,
    "questions": questions,
    "questions.memory": questions_memory,
}

if __name__ == "__main__":
    main(WORKS, packages=("polars",))
