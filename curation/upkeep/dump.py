"""The database's rows as one stream of JSON lines, on either database, at one moment.

One format for SQLite and PostgreSQL: it needs no tool of the right version on the host, and what
was dumped from one is loaded into the other. A line is ``{"table": [column, …]}``, which begins
a table, or the values of one row. Rows of sessions are not dumped: people log in again.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import orjson
import zstandard
from django.apps.registry import Apps
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Field, Model

from corpora.errors import KotoguraError
from curation.upkeep.watching import Watch

APP = "curation"
#: Rows that are written in one statement.
_BATCH = 500


class BackupError(KotoguraError):
    """A backup cannot be made, read or restored."""


def models_of(apps: Apps) -> list[type[Model]]:
    """Every table of the app, those of many-to-many relations among them, in a fixed order."""
    models = apps.get_app_config(APP).get_models(include_auto_created=True)
    return sorted(models, key=lambda model: model._meta.db_table)


@contextmanager
def one_moment() -> Iterator[None]:
    """All reads inside see the rows of one moment; nobody who writes has to wait."""
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
        return
    # Django would begin with IMMEDIATE, which shuts writers out.
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            cursor.execute("COMMIT")


def dump(apps: Apps, file: IO[bytes], watch: Watch) -> dict[str, int]:
    """Write every row to ``file`` (zstd); gives the rows by table."""
    counts: dict[str, int] = {}
    compressor = zstandard.ZstdCompressor(level=3)
    with one_moment(), compressor.stream_writer(file, closefd=False) as stream:
        for model in models_of(apps):
            table = model._meta.db_table
            counts[table] = 0
            stream.write(_line({table: [field.column for field in _fields(model)]}))
            total = model._base_manager.count()
            for row in watch(_rows(model), table, total):
                stream.write(_line(row))
                counts[table] += 1
    return counts


def _rows(model: type[Model]) -> Iterator[list[Any]]:
    """Values as text says them, each so that its own field reads it again."""
    fields = _fields(model)
    for item in model._base_manager.order_by("pk").iterator(chunk_size=_BATCH):
        yield [_plain(field, item) for field in fields]


def _fields(model: type[Model]) -> list[Field[Any, Any]]:
    return list(model._meta.concrete_fields)


def _plain(field: Field[Any, Any], item: Model) -> Any:
    value = field.value_from_object(item)
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    return field.value_to_string(item)


def _line(value: Any) -> bytes:
    return orjson.dumps(value) + b"\n"


def load(apps: Apps, file: IO[bytes], watch: Watch, total: int) -> dict[str, int]:
    """Write the rows of a dump into empty tables, all of them or none; gives the rows by table.

    ``apps`` are the models as they were when it was dumped.
    """
    tables = {model._meta.db_table: model for model in models_of(apps)}
    counts: dict[str, int] = {}
    with transaction.atomic():
        for table, columns, rows in _batches(watch(_lines(file), "rows", total)):
            if table not in tables:
                raise BackupError(f"the dump has a table {table}, which is not known here.")
            _insert(tables[table], columns, rows)
            counts[table] = counts.get(table, 0) + len(rows)
    _reset_sequences(list(tables.values()))
    return counts


def _lines(file: IO[bytes]) -> Iterator[Any]:
    with zstandard.ZstdDecompressor().stream_reader(file, closefd=False) as stream:
        for line in io.BufferedReader(stream):
            yield orjson.loads(line)


def _batches(lines: Iterator[Any]) -> Iterator[tuple[str, list[str], list[list[Any]]]]:
    table = ""
    columns: list[str] = []
    rows: list[list[Any]] = []
    for line in lines:
        if isinstance(line, dict):
            if table:
                yield table, columns, rows
            ((table, columns),) = line.items()
            rows = []
            continue
        rows.append(line)
        if len(rows) == _BATCH:
            yield table, columns, rows
            rows = []
    if table:
        yield table, columns, rows


def _insert(model: type[Model], columns: list[str], rows: list[list[Any]]) -> None:
    """As they were: saving would write the time of now into columns that hold the time of then."""
    by_column = {field.column: field for field in _fields(model)}
    fields = [by_column[column] for column in columns]
    quote = connection.ops.quote_name
    names, marks = ", ".join(map(quote, columns)), ", ".join(["%s"] * len(columns))
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({marks})"
    values = [
        [_stored(field, value) for field, value in zip(fields, row, strict=True)] for row in rows
    ]
    if values:
        with connection.cursor() as cursor:
            cursor.executemany(statement, values)


def _stored(field: Field[Any, Any], value: Any) -> Any:
    if not isinstance(value, list | dict):
        value = field.to_python(value)
    return field.get_db_prep_save(value, connection)


def _reset_sequences(models: list[type[Model]]) -> None:
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
