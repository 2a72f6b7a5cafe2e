"""manifest.json: what an export is, file by file, and what it was made from. No time stamps."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import orjson
import pyarrow as pa

from corpora import __version__
from corpora.export import sidecar
from corpora.export.megatron import dtype_name
from corpora.export.settings import ExportSettings
from corpora.export.shards import ExportFile
from corpora.export.vocabulary import Vocabulary

NAME = "manifest.json"

#: Raised when a reader of the manifest would have to change.
_VERSION = 1


@dataclass(slots=True, kw_only=True)
class Licences:
    """How much of the export is under which licence ("" when a document states none)."""

    #: "characters" or "tokens".
    measure: str
    documents: dict[str, int] = field(default_factory=dict)
    amounts: dict[str, int] = field(default_factory=dict)

    def add(self, rows: pa.Table) -> None:
        column = "characters" if self.measure == "characters" else "token_count"
        names = rows.column("licence").to_pylist()
        amounts: list[int] = rows.column(column).to_numpy().tolist()
        for name, amount in zip(names, amounts, strict=True):
            licence = name or ""
            self.documents[licence] = self.documents.get(licence, 0) + 1
            self.amounts[licence] = self.amounts.get(licence, 0) + amount

    def to_json(self) -> dict[str, dict[str, float]]:
        """Licence -> documents, the measure, and its share of the whole (6 places)."""
        whole = sum(self.amounts.values())
        return {
            name: {
                "documents": self.documents[name],
                self.measure: amount,
                "share": round(amount / whole, 6),
            }
            for name, amount in sorted(self.amounts.items())
        }


def manifest(
    *,
    format: str,
    settings: ExportSettings,
    vocabulary: Vocabulary | None,
    snapshot: str,
    of: Mapping[str, Any],
    files: list[ExportFile],
    licences: Licences,
) -> dict[str, Any]:
    """The manifest's content; ``snapshot`` is the blob of the snapshot's manifest ``of``."""
    encoded = format == "megatron"
    return {
        "kind": "export",
        "version": _VERSION,
        "software": {"name": "kotogura", "version": __version__},
        "format": format,
        "settings": settings.to_json(),
        "seed": settings.seed,
        "dtype": dtype_name(vocabulary.size) if vocabulary and encoded else None,
        "eod_id": vocabulary.eod(settings) if vocabulary and encoded else None,
        "tokenizer": vocabulary.to_json() if vocabulary else None,
        "snapshot": snapshot,
        "recipe_sha256": of["recipe_sha256"],
        "opt_outs": _opt_outs(of["opt_outs"]),
        "licences": licences.to_json(),
        "sidecar": sidecar.NAME,
        "totals": _totals(files, counted=vocabulary is not None),
        "files": [asdict(file) for file in files],
    }


def to_bytes(value: Mapping[str, Any]) -> bytes:
    """Sorted keys, two spaces: equal manifests are equal bytes, and people can read them."""
    options = orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(value, option=options)


def _opt_outs(listed: Mapping[str, list[str]]) -> dict[str, Any]:
    """The list's version is the hash of its content; the list itself stays at home."""
    content = orjson.dumps(listed, option=orjson.OPT_SORT_KEYS)
    return {
        "sha256": hashlib.sha256(content).hexdigest(),
        "entries": sum(map(len, listed.values())),
    }


def _totals(files: list[ExportFile], *, counted: bool) -> dict[str, int | None]:
    shards = [file for file in files if file.shard is not None]
    return {
        "documents": sum(file.documents or 0 for file in shards),
        "sequences": sum(file.sequences or 0 for file in shards),
        "tokens": sum(file.tokens or 0 for file in shards) if counted else None,
        "bytes": sum(file.bytes for file in files),
    }
