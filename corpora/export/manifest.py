"""manifest.json: what an export is, file by file, and what it was made from. No time stamps."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import orjson

from corpora import __version__
from corpora.export import sidecar
from corpora.export.formats import Format
from corpora.export.licences import Licences
from corpora.export.megatron import dtype_name
from corpora.export.settings import ExportSettings
from corpora.export.shards import ExportFile
from corpora.export.vocabulary import Vocabulary

NAME = "manifest.json"

#: Raised when a reader of the manifest would have to change.
_VERSION = 1


def manifest(
    *,
    format: Format,
    settings: ExportSettings,
    vocabulary: Vocabulary | None,
    snapshot: str,
    of: Mapping[str, Any],
    files: list[ExportFile],
    licences: Licences,
) -> dict[str, Any]:
    """The manifest's content; ``snapshot`` is the blob of the snapshot's manifest ``of``."""
    encoded = format.needs == "tokens"
    return {
        "kind": "export",
        "version": _VERSION,
        "software": {"name": "kotogura", "version": __version__},
        "format": format.name,
        "settings": settings.to_json(),
        "seed": settings.seed,
        "dtype": dtype_name(vocabulary.size) if vocabulary and encoded else None,
        "eod_id": vocabulary.eod(settings) if vocabulary and encoded else None,
        "tokenizer": vocabulary.to_json() if vocabulary else None,
        "snapshot": snapshot,
        "recipe_sha256": of["recipe_sha256"],
        "opt_outs": _opt_outs(of["opt_outs"]),
        "licences": licences.shares("tokens" if encoded else "characters"),
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
