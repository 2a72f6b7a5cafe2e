"""What people decided: judgements of documents, and opt-outs, which win over everything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from corpora.rules import Mask
from corpora.storage import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class OptOuts:
    """Whose texts must not be used."""

    ids: frozenset[str] = frozenset()
    #: Lower-case host names; a host's subdomains are meant too.
    hosts: frozenset[str] = frozenset()
    #: Prefixes of addresses.
    urls: tuple[str, ...] = ()

    @classmethod
    def from_params(cls, params: Mapping[str, Sequence[str]]) -> OptOuts:
        hosts = (host.strip().lower().strip(".") for host in params.get("hosts", ()))
        return cls(
            ids=frozenset(params.get("ids", ())),
            hosts=frozenset(host for host in hosts if host),
            urls=tuple(url for url in params.get("urls", ()) if url),
        )

    def covers(self, id: str, host: str | None, url: str | None) -> bool:
        """Whether a document is meant.

        >>> OptOuts(hosts=frozenset({"example.jp"})).covers("ab", "www.example.jp", None)
        True
        >>> OptOuts(hosts=frozenset({"example.jp"})).covers("ab", "notexample.jp", None)
        False
        """
        if id in self.ids:
            return True
        if self.urls and url and url.startswith(self.urls):
            return True
        return bool(self.hosts and host) and self._names(host or "")

    def _names(self, host: str) -> bool:
        labels = host.lower().strip(".").split(".")
        return any(".".join(labels[at:]) in self.hosts for at in range(len(labels)))

    def mask(self, documents: pa.Table) -> Mask:
        """bool, one a document; ``documents`` has id, host and url."""
        if not (self.ids or self.hosts or self.urls):
            return np.zeros(documents.num_rows, np.bool_)
        columns = (documents[name].to_pylist() for name in ("id", "host", "url"))
        rows = zip(*columns, strict=True)
        return np.fromiter((self.covers(*row) for row in rows), np.bool_, documents.num_rows)


def ids_of(table: pa.Table) -> list[str]:
    """The ids of a table's rows, which are never null."""
    return [str(one) for one in table["id"].to_pylist()]


def read_judgements(store: Store, blob: str) -> dict[str, str]:
    """Verdict by document id; empty for the blob ""."""
    if not blob:
        return {}
    table: Any = store.read_table(blob)
    return dict(zip(table["id"].to_pylist(), table["verdict"].to_pylist(), strict=True))


def judged(judgements: Mapping[str, str], ids: Sequence[str], verdict: str) -> Mask:
    """Which of the documents were judged so.

    >>> judged({"甲": "keep", "乙": "drop"}, ["乙", "甲", "丙"], "keep").tolist()
    [False, True, False]
    """
    if not judgements:
        return np.zeros(len(ids), np.bool_)
    return np.fromiter((judgements.get(one) == verdict for one in ids), np.bool_, len(ids))
