"""The footers of a snapshot, and where they stand at the ends of kept documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpora.edits.kept import Kept, seeds_of
from corpora.edits.tails import LONGEST, Span
from corpora.kernels.tails import Tails, code_points, gathered, last_lines, stripped_ends
from corpora.kernels.text import Utf8
from corpora.storage import Store


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ends:
    """The footers of some kept documents; each reaches to its document's end.

    What is cut is what ``tails.footer_span`` says of the text.
    """

    #: int64, ascending: the documents that have one, by their place among the kept.
    documents: NDArray[np.int64]
    #: int64, one a footer: code points of the text before it and with it.
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    #: int64, one a footer: UTF-8 bytes before it.
    bytes: NDArray[np.int64]

    def bodies(self, kept: Kept) -> list[str]:
        """The texts without their footers: what passages are looked for in."""
        texts = list(kept.texts)
        for document, start in zip(self.documents.tolist(), self.starts.tolist(), strict=True):
            texts[document] = texts[document][:start]
        return texts

    def spans(self) -> dict[int, Span]:
        """By document."""
        spans = zip(self.starts.tolist(), self.ends.tolist(), strict=True)
        return dict(zip(self.documents.tolist(), spans, strict=True))


class KnownFooters:
    """The footers of a snapshot, to be found at the ends of texts."""

    def __init__(self, store: Store, blob: str, number: int) -> None:
        """``blob`` is the table of footers or "" for none, ``number`` the lines looked at."""
        self._number = number
        groups: Any = []
        lines: Any = []
        if blob:
            table = store.read_table(blob, columns=["group", "line"])
            groups, lines = (table[name].to_pylist() for name in ("group", "line"))
        self._groups = {group: number for number, group in enumerate(dict.fromkeys(groups))}
        numbers = np.array([self._groups[group] for group in groups], np.int64)
        self._lines = _labelled(numbers, pa.array(lines, pa.large_string()))
        every, texts = np.arange(len(lines)), Utf8.of(lines)
        found = last_lines(texts, every, seeds_of(groups), number=1, longest=LONGEST)
        self._keys = np.unique(found.keys)

    def find(self, kept: Kept) -> Ends:
        """The footers of the documents."""
        candidates = self._candidates(kept)
        tails = self._tails(kept, candidates, self._number)
        cut = _first_others(tails, self._are_footers(kept, candidates, tails))
        has = cut > tails.starts[:-1]
        documents, lines = candidates[has], cut[has] - 1
        places = kept.places[documents]
        begins = kept.source.offsets[places]
        ends = stripped_ends(kept.source, places, tails.begins[lines])
        return Ends(
            documents=documents,
            starts=code_points(kept.source, begins, ends),
            ends=code_points(kept.source, begins, kept.source.offsets[places + 1]),
            bytes=ends - begins,
        )

    def _candidates(self, kept: Kept) -> NDArray[np.int64]:
        """The documents whose last line has the key of a footer of their group."""
        if not len(self._keys):
            return np.empty(0, np.int64)
        ends = self._tails(kept, np.arange(len(kept.rows)), 1)
        return ends.owners[np.isin(ends.keys, self._keys)]

    def _tails(self, kept: Kept, documents: NDArray[np.int64], number: int) -> Tails:
        seeds = kept.groups.at(documents).seeds()
        places = kept.places[documents]
        return last_lines(kept.source, places, seeds, number=number, longest=LONGEST)

    def _are_footers(
        self, kept: Kept, documents: NDArray[np.int64], tails: Tails
    ) -> NDArray[np.bool_]:
        """bool[lines]: by the lines themselves, whatever their keys say."""
        numbers = np.array([self._groups.get(name, -1) for name in kept.groups.names], np.int64)
        lines = gathered(kept.source, tails.begins, tails.ends).to_arrow()
        labelled = _labelled(numbers[kept.groups.codes[documents][tails.owners]], lines)
        found: Any = pc.is_in(labelled, value_set=self._lines)
        return np.asarray(found.to_numpy(zero_copy_only=False), np.bool_)


def _labelled(groups: NDArray[np.int64], lines: pa.Array[Any]) -> pa.Array[Any]:
    """Lines with the number of their group before them: equal where both are."""
    labels = pc.cast(pa.array(groups), pa.large_string())
    parts: Any = (labels, lines, pa.scalar(" ", pa.large_string()))
    found: pa.Array[Any] = pc.binary_join_element_wise(*parts)
    return found


def _first_others(tails: Tails, are_footers: NDArray[np.bool_]) -> NDArray[np.int64]:
    """int64[texts]: the first line of each that is no footer, or where its lines end."""
    others = np.append(np.flatnonzero(~are_footers), len(are_footers))
    first = others[np.searchsorted(others, tails.starts[:-1])]
    found: NDArray[np.int64] = np.minimum(first, tails.starts[1:])
    return found
