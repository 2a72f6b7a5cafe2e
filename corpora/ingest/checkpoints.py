"""What a unit of ingest has read before it is through: under keys of its own in the store."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from corpora.storage import Store


def checkpoint(key: str, number: int) -> str:
    """Where the unit with a key keeps its cursor after so many finished parts."""
    return hashlib.sha256(f"{key}/part/{number}".encode()).hexdigest()


def parts_so_far(store: Store, key: str) -> Sequence[Mapping[str, Any]]:
    """The finished parts of a unit that may still be at work: {"documents": blob, "rows": n, …}."""
    found: Sequence[Mapping[str, Any]] = ()
    number = 0
    while (value := store.lookup(checkpoint(key, number))) is not None:
        found = value["outputs"]["parts"]
        number += 1
    return found
