"""How much of an export is under which licence ("" when a document states none)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa


@dataclass(slots=True)
class Licences:
    """Documents and sizes, of one shard or of all."""

    documents: dict[str, int] = field(default_factory=dict)
    #: Characters, or tokens where an export holds those.
    amounts: dict[str, int] = field(default_factory=dict)

    def add(self, rows: pa.Table) -> None:
        licences: Any = rows.column("licence").combine_chunks().fill_null("").dictionary_encode()
        codes = licences.indices.to_numpy()
        names: list[str] = licences.dictionary.to_pylist()
        measured = "token_count" if rows.schema.get_field_index("text") < 0 else "characters"
        amounts = np.zeros(len(names), np.int64)
        np.add.at(amounts, codes, rows.column(measured).to_numpy())
        documents = np.bincount(codes, minlength=len(names)).tolist()
        for name, some, amount in zip(names, documents, amounts.tolist(), strict=True):
            self._count(name, some, amount)

    def add_all(self, other: Mapping[str, Any]) -> None:
        """What another's ``to_json`` gave."""
        for name, documents in other["documents"].items():
            self._count(name, documents, other["amounts"][name])

    def _count(self, licence: str, documents: int, amount: int) -> None:
        self.documents[licence] = self.documents.get(licence, 0) + documents
        self.amounts[licence] = self.amounts.get(licence, 0) + amount

    def to_json(self) -> dict[str, dict[str, int]]:
        return {"documents": self.documents, "amounts": self.amounts}

    def shares(self, measure: str) -> dict[str, dict[str, float]]:
        """Licence -> documents, amount (named ``measure``), its share of the whole (6 places)."""
        whole = sum(self.amounts.values())
        return {
            name: {
                "documents": self.documents[name],
                measure: amount,
                "share": round(amount / whole, 6),
            }
            for name, amount in sorted(self.amounts.items())
        }
