"""What every format's writer is given, and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass

from corpora.export.settings import ExportSettings
from corpora.export.sidecar import Sidecar
from corpora.export.vocabulary import Vocabulary
from corpora.storage import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What the writer of a shard works with."""

    store: Store
    settings: ExportSettings
    #: None when the documents were not encoded.
    vocabulary: Vocabulary | None
    #: The shard's, from 0.
    number: int
    sidecar: Sidecar


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """What is known once all shards are written."""

    store: Store
    settings: ExportSettings
    vocabulary: Vocabulary | None
    #: Of all documents, as shards are cut by: UTF-8 bytes of the texts, or of token ids.
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportFile:
    """One file of an export, as the manifest lists it."""

    name: str
    sha256: str
    bytes: int
    #: Of a shard; None for a file that holds no documents (README, index, sidecar).
    documents: int | None = None
    sequences: int | None = None
    tokens: int | None = None
    #: A shard's number, by which the sidecar names it.
    shard: int | None = None

    @classmethod
    def stored(cls, store: Store, name: str, sha256: str, **counts: int | None) -> ExportFile:
        size = store.path(sha256).stat().st_size
        return cls(name=name, sha256=sha256, bytes=size, **counts)
