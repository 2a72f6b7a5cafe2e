"""PostgreSQL on this machine: words looked for by LIKE, by trigrams, and by full-text search."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import psycopg

from benchmarks.looking import FIRST, LIKE, Found, Wording, ask, condition, histogram
from benchmarks.protocol import Task, main
from benchmarks.watching import processor_seconds
from tests.services.postgresql import postgresql

_TRIGRAM = ("CREATE EXTENSION pg_trgm", "CREATE INDEX ON documents USING gin (text gin_trgm_ops)")
#: There is no configuration for Japanese: a word is what lies between blanks and punctuation.
_WORDS = ("CREATE INDEX ON documents USING gin (to_tsvector('simple', text))",)
_BY_WORDS = "to_tsvector('simple', text) @@ plainto_tsquery('simple', '{word}')"


def like(task: Task) -> None:
    """Without an index of the texts."""
    _asked(task, (), LIKE)


def trigram(task: Task) -> None:
    _asked(task, _TRIGRAM, LIKE)


def full_text(task: Task) -> None:
    _asked(task, _WORDS, _BY_WORDS)


def _asked(task: Task, indexes: Sequence[str], contains: str) -> None:
    with postgresql() as url, psycopg.connect(url, autocommit=True) as connection:
        _fill(task, connection)
        for index in indexes:
            connection.execute(index)
        connection.execute("VACUUM ANALYZE documents")
        folder = Path(_one(connection, "SHOW data_directory"))
        server = int((folder / "postmaster.pid").read_text().split()[0])
        task.counts["server"] = float(_one(connection, "SHOW server_version").split()[0])
        ask(task, lambda w: _answer(connection, w, contains), lambda: processor_seconds(server))


def _fill(task: Task, connection: psycopg.Connection) -> None:
    with (task.input / "documents.jsonl").open(encoding="utf-8") as lines:
        rows = map(json.loads, lines)
        first = next(rows)
        numbers = [f"{name} real" for name in first if name not in ("id", "title", "text")]
        columns = ["id integer PRIMARY KEY", "title text", "text text", *numbers]
        connection.execute(f"CREATE TABLE documents ({', '.join(columns)})")
        with connection.cursor().copy("COPY documents FROM STDIN") as copy:
            for row in (first, *rows):
                copy.write_row(list(row.values()))
                task.documents += 1


def _answer(connection: psycopg.Connection, wording: Wording, contains: str) -> Found:
    if wording.question == "histogram":
        bars = connection.execute(histogram(wording, "documents")).fetchall()
        return Found(documents=sum(many for _, many in bars), first=[])
    where = condition(wording, contains)
    many = _one(connection, f"SELECT count(*) FROM documents WHERE {where}")
    if not wording.word:
        return Found(documents=many, first=[])
    first = f"SELECT id, title, text FROM documents WHERE {where} ORDER BY id LIMIT {FIRST}"
    return Found(documents=many, first=[row[0] for row in connection.execute(first)])


def _one(connection: psycopg.Connection, query: str):
    return connection.execute(query).fetchone()[0]


WORKS = {"questions": like, "questions.trigram": trigram, "questions.full_text": full_text}

if __name__ == "__main__":
    main(WORKS, packages=("psycopg",))
