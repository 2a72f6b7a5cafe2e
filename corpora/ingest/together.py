"""Records worked out together: what is asked of each is asked of all at once, column by column.

Whatever is unusual is worked out by itself, so the outcomes are those of one record after
another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from corpora.documents import Rejected
from corpora.errors import SourceError
from corpora.ingest import fields
from corpora.ingest.alike import about_all
from corpora.ingest.columns import Columns
from corpora.ingest.entries import Batch, Entry, Outcome
from corpora.ingest.plain_texts import are_plain
from corpora.ingest.rows import ROLES, Rows, metadata_json

#: A batch has no more than these, and no more bytes than this and the records that reach it.
_MOST_RECORDS = 1_000
_MOST_BYTES = 1 << 20

Found = TypeVar("Found")


class Together:
    """A batch of records: those that were taken in are rows, the others are worked out alone."""

    def __init__(
        self,
        size: int,
        columns: Columns | None,
        text_column: str | None,
        notes: Sequence[dict[str, Any]] = (),
    ) -> None:
        """``notes``: what the metadata of each says besides; none when nothing has to be said."""
        self._size = size
        self._notes = notes if any(notes) else ()
        self._stated = columns
        self._text_column = text_column
        self._texts = [b""] * size
        self._characters = [0] * size
        self._found: dict[str, list[str | None]] = {role: [None] * size for role in ROLES}
        self._found["metadata"] = [""] * size

    def add(self, records: Sequence[Mapping[str, Any] | None]) -> None:
        """Records by their place in the batch; None for one that is unusual."""
        alike: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        for place, record in enumerate(records):
            if record:
                alike[tuple(record)].append(place)
        for names, places in alike.items():
            if (key := self.text_key(names)) is not None:
                self._add_alike(records, names, places, key)

    def _add_alike(
        self,
        records: Sequence[Any],
        names: tuple[str, ...],
        places: list[int],
        key: str,
    ) -> None:
        here = [place for place in places if type(records[place][key]) is str]
        texts = [records[place][key] for place in here]
        try:
            encoded = list(map(str.encode, texts))
        except UnicodeEncodeError:  # which of them it is will be found out
            return
        # Their keys are in the same order.
        values = zip(*(records[place].values() for place in here), strict=True)
        columns = dict(zip(names, values, strict=True)) if here else {}
        if columns:
            self.add_columns(here, columns, key, encoded, list(map(len, texts)))

    def text_key(self, names: tuple[str, ...]) -> str | None:
        """The field that is the text of a record with these, wherever it holds a string."""
        return fields.layout_of(names, self._text_column, self._stated).text_key

    def add_columns(
        self,
        places: Sequence[int],
        columns: Mapping[str, Sequence[Any]],
        key: str,
        texts: Sequence[bytes],
        characters: Sequence[int],
    ) -> None:
        """Records with the same fields, by column; ``texts`` are those of ``key``, in UTF-8."""
        layout = fields.layout_of(tuple(columns), self._text_column, self._stated)
        roles, metadata = about_all(columns, layout, key)
        if self._notes:
            metadata = [
                said | self._notes[place] for said, place in zip(metadata, places, strict=True)
            ]
        _put(self._texts, places, texts)
        _put(self._characters, places, characters)
        _put(self._found["metadata"], places, list(map(metadata_json, metadata)))
        for role, values in roles.items():
            _put(self._found[role], places, values)

    def outcomes(
        self,
        *,
        alone: Callable[[int], Outcome],
        locators: list[str],
        encodings: list[str],
        source: str,
        format: str,
    ) -> Iterator[Rows | Outcome]:
        """What becomes of the records, in their order; ``alone`` works one out by itself."""
        self._found |= {"locator": locators, "encoding": encodings}  # type: ignore[dict-item]
        self._found |= {"source": [source] * self._size, "format": [format] * self._size}
        rows = Rows(texts=self._texts, characters=self._characters, columns=self._found)
        begin = 0
        for place, plain in enumerate(are_plain(self._texts).tolist()):
            if plain:
                continue
            if begin < place:
                yield rows[begin:place]
            yield alone(place)
            begin = place + 1
        if begin < self._size:
            yield rows[begin:] if begin else rows


def _put(column: list[Any], places: Sequence[int], values: Sequence[Any]) -> None:
    if len(places) == len(column):
        column[:] = values
        return
    for place, value in zip(places, values, strict=True):
        column[place] = value


def in_batches(
    found: Iterator[Rejected | list[Found]],
    size: Callable[[Found], int],
    batch: Callable[[Sequence[Found]], Batch],
) -> Iterator[Entry]:
    """Records, some at a time, in batches; what is no record stands between them.

    Raises SourceError where ``found`` does, after what came before.
    """
    held: list[Found] = []
    bytes = 0
    try:
        for some in found:
            if isinstance(some, Rejected):
                yield from map(batch, _cut(held))
                held, bytes = [], 0
                yield some
                continue
            held += some
            bytes += sum(map(size, some))
            if len(held) >= _MOST_RECORDS or bytes >= _MOST_BYTES:
                yield from map(batch, _cut(held))
                held, bytes = [], 0
    except SourceError:
        yield from map(batch, _cut(held))
        raise
    yield from map(batch, _cut(held))


def _cut(held: list[Found]) -> list[list[Found]]:
    return [held[at : at + _MOST_RECORDS] for at in range(0, len(held), _MOST_RECORDS)]
