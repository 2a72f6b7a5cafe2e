"""What may be asked of an export, checked before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from corpora.documents import DOCUMENTS
from corpora.errors import ExportError

#: Columns that a text format may carry besides ``id`` and ``text``.
COLUMNS = tuple(name for name in DOCUMENTS.names if name not in ("id", "text"))

_DEFAULT_COLUMNS = ("source", "url", "title", "date", "licence", "domain")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportSettings:
    """Everything that the bytes of an export depend on besides its snapshot and tokenizer."""

    #: Of the order of documents.
    seed: int = 0
    #: A shard is closed before it would grow over this many bytes (of text in text formats, of
    #: token ids in others); a single larger document makes a shard of its own.
    shard_bytes: int
    #: Whether every document's ids end with the end-of-document id.
    append_eod: bool = True
    #: That id; None means the model's EOS.
    eod_id: int | None = None
    #: Besides id and text, in this order (text formats only).
    columns: tuple[str, ...] = _DEFAULT_COLUMNS
    #: A statement for the README; each document's own licence is its ``licence`` column.
    licence: str = ""

    @classmethod
    def of(cls, settings: Mapping[str, Any], *, shard_bytes: int) -> ExportSettings:
        """Settings as given, ``shard_bytes`` where they do not say.

        Raises ExportError for a setting that is unknown or of the wrong kind.

        >>> ExportSettings.of({"seed": 7}, shard_bytes=1 << 20).seed
        7
        """
        known = {field.name for field in fields(cls)}
        for name in sorted(settings.keys() - known):
            raise ExportError(
                f"the export setting {name!r} is not known.",
                remedy=f"Use {', '.join(sorted(known))}.",
            )
        values = {"shard_bytes": shard_bytes, **settings}
        if isinstance(values.get("columns"), list):
            values["columns"] = tuple(values["columns"])
        made = cls(**values)
        for check in _CHECKS:
            check(made)
        return made

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "columns": list(self.columns)}


def _check_numbers(settings: ExportSettings) -> None:
    _require_int("seed", settings.seed, least=0, most=(1 << 64) - 1)
    _require_int("shard_bytes", settings.shard_bytes, least=1, most=1 << 50)
    if settings.eod_id is not None:
        _require_int("eod_id", settings.eod_id, least=0, most=(1 << 31) - 1)
    if not isinstance(settings.append_eod, bool):
        raise ExportError("append_eod is not true or false.", remedy="Write true or false.")


def _check_columns(settings: ExportSettings) -> None:
    if not isinstance(settings.columns, tuple) or not isinstance(settings.licence, str):
        raise ExportError("columns is not a list or licence not a text.", remedy="Correct it.")
    for name in settings.columns:
        if name not in COLUMNS:
            raise ExportError(
                f"documents have no column {name!r} to export.",
                remedy=f"Choose from {', '.join(COLUMNS)}.",
            )


def _require_int(name: str, value: object, *, least: int, most: int) -> None:
    # bool is an int to Python, but True is no seed.
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ExportError(
            f"{name} is {value!r}.", remedy=f"Give a whole number from {least:,} to {most:,}."
        )


_CHECKS = (_check_numbers, _check_columns)
