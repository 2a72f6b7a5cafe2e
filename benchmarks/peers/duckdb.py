"""duckdb: counts by the first rule that fails, in SQL."""

from __future__ import annotations

import json

import duckdb

from benchmarks.looking import FIRST, Found, Wording, ask, condition, histogram
from benchmarks.protocol import Task, main
from benchmarks.questions import MOVES, in_order, moved


def _query(source: str, rules: list) -> str:
    cases = []
    for number, (signal, least, most) in enumerate(rules):
        failing = []
        if least is not None:
            failing.append(f"{signal} < {least}::FLOAT")
        if most is not None:
            failing.append(f"{signal} > {most}::FLOAT")
        cases.append(f"when {' or '.join(failing)} then {number}")
    return (
        f"select case {' '.join(cases)} else {len(rules)} end as reason, grp, count(*), "
        f"sum(characters)::BIGINT from {source} group by all"
    )


def _asked(task: Task, source: str, connection: duckdb.DuckDBPyConnection) -> None:
    rules = json.loads(task.options["rules"])
    connection.execute(_query(source, moved(rules, 0))).fetchall()
    rows = []
    with task.measured():
        for move in range(1, MOVES + 1):
            rows = connection.execute(_query(source, moved(rules, move))).fetchall()
    task.documents = int(task.options["rows"]) * MOVES
    sums = {(reason, group): (many, characters) for reason, group, many, characters in rows}
    task.keep("totals", "q", in_order(sums, len(rules) + 1, 40))


def parquet(task: Task) -> None:
    """The file as it is."""
    connection = duckdb.connect()
    connection.execute("set threads=1")
    _asked(task, f"read_parquet('{task.input}')", connection)


def table(task: Task) -> None:
    """Read into a table of its own, in memory."""
    connection = duckdb.connect()
    connection.execute("set threads=1")
    connection.execute(f"create table signals as select * from read_parquet('{task.input}')")
    _asked(task, "signals", connection)


def questions(task: Task) -> None:
    """Documents looked for in the file as it is."""
    connection = duckdb.connect()
    connection.execute(f"create view documents as select * from '{_documents(task)}'")
    ask(task, lambda wording: _found(connection, wording))


def questions_table(task: Task) -> None:
    """In a table of its own, in memory."""
    connection = duckdb.connect()
    connection.execute(f"create table documents as select * from '{_documents(task)}'")
    ask(task, lambda wording: _found(connection, wording))


def _documents(task: Task) -> str:
    return str(task.input / "documents.parquet")


def _found(connection: duckdb.DuckDBPyConnection, wording: Wording) -> Found:
    if wording.question == "histogram":
        bars = connection.execute(histogram(wording, "documents")).fetchall()
        return Found(documents=sum(many for _, many in bars), first=[])
    where = condition(wording)
    many = connection.execute(f"select count(*) from documents where {where}").fetchone()[0]
    if not wording.word:
        return Found(documents=many, first=[])
    first = f"select id, title, text from documents where {where} order by id limit {FIRST}"
    rows = connection.execute(first).fetchall()
    return Found(documents=many, first=[row[0] for row in rows])


WORKS = {
    "what_if": parquet,
    "what_if.table": table,
    "questions": questions,
    "questions.table": questions_table,
}

if __name__ == "__main__":
    main(WORKS, packages=("duckdb",))
