"""A published snapshot opened for questions: columns mapped, clusters, and what people said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from corpora.decisions.choice import Members
from corpora.decisions.columns import open_column
from corpora.decisions.keepers import members_of, part_offsets, read_clusters
from corpora.decisions.people import OptOuts, ids_of, judged, read_judgements
from corpora.decisions.rules import Column, Mask
from corpora.decisions.what_if import Overrides
from corpora.storage import Store


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frame:
    """What corpora.decisions.what_if asks for. Holds no text; columns are read when used."""

    rows: int
    columns: Mapping[str, Column]
    #: None when duplicates were not looked for.
    members: Members | None
    overrides: Overrides = field(default_factory=Overrides)


def open_frame(store: Store, manifest: Mapping[str, Any]) -> Frame:
    """Open the snapshot of a manifest (read as JSON)."""
    documents = [part["documents"] for part in manifest["parts"]]
    columns = {name: open_column(store, blob) for name, blob in manifest["columns"].items()}
    clusters = manifest["clusters"]
    offsets = part_offsets(store, documents)
    return Frame(
        rows=sum(part["rows"] for part in manifest["parts"]),
        columns=columns,
        members=members_of(read_clusters(store, clusters), offsets) if clusters else None,
        overrides=_overrides(store, documents, manifest),
    )


def _overrides(store: Store, documents: list[str], manifest: Mapping[str, Any]) -> Overrides:
    opt_outs = OptOuts.from_params(manifest["opt_outs"])
    judgements = read_judgements(store, manifest["judgements"])
    if not judgements and opt_outs == OptOuts():
        return Overrides()
    out: list[Mask] = []
    drop: list[Mask] = []
    keep: list[Mask] = []
    for blob in documents:
        table = store.read_table(blob, columns=["id", "host", "url"])
        ids = ids_of(table)
        out.append(opt_outs.mask(table))
        drop.append(judged(judgements, ids, "drop"))
        keep.append(judged(judgements, ids, "keep"))
    return Overrides(
        opted_out=np.concatenate(out),
        judged_drop=np.concatenate(drop),
        judged_keep=np.concatenate(keep),
    )
