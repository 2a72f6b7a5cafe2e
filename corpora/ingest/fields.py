"""Which field of a record is the text, which are its title, date, licence, and the rest.

Field names come first, because people name them well; only when none of the usual
names is there does the content decide (the text column is the one with most text).
What a person said of the columns goes before both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from corpora.documents import Document
from corpora.ingest.cleaning import Unfit, clean
from corpora.ingest.columns import Columns, at, without
from corpora.ingest.dates import iso_date
from corpora.ingest.entries import Outcome, Place

#: Compared without case; the first that a record has is its text.
TEXT_NAMES = (
    "text", "本文", "テキスト", "content", "body", "raw_content", "contents", "page_content",
    "main_text", "article", "文章", "文", "sentence", "passage", "context", "question", "質問",
)  # fmt: skip
#: Lists whose members, put together, are the text of one document.
LIST_NAMES = ("sentences", "paragraphs", "lines", "文書", "段落")
#: Objects that describe the record: looked into when the record itself does not say.
NESTED_NAMES = ("meta", "metadata", "header")
ROLE_NAMES = {
    "url": ("url", "uri", "source_url", "page_url", "link", "warc-target-uri"),
    "title": ("title", "タイトル", "題名", "表題", "見出し", "件名", "headline", "document_name",
              "page_title"),
    "date": ("date", "日付", "掲載日", "公開日", "published", "published_at", "publish_date",
             "date_published", "created", "created_at", "timestamp", "warc-date"),
    "licence": ("licence", "license", "ライセンス"),
    "domain": ("domain", "分野"),
    "language": ("language", "lang", "言語"),
    "sensitivity": ("sensitivity",),
}  # fmt: skip
#: A record's own id, kept under "id" in the metadata.
ID_NAMES = ("id", "doc_id", "docid", "document_id", "_id", "uuid", "record_id", "warc-record-id")


@dataclass(frozen=True, slots=True)
class Layout:
    """What the keys of a record mean; worked out once for each set of keys."""

    #: What a person chose; then the next two say nothing.
    joined: tuple[str, ...]
    texts: tuple[str, ...]
    lists: tuple[str, ...]
    nested: tuple[str, ...]
    roles: tuple[tuple[str, str], ...]
    #: Roles that a person spoke of, so that nothing else is looked into for them.
    stated: frozenset[str]
    id_key: str | None
    #: The field that is the text if it holds a string, and nothing else besides; None where it
    #: is not as simple.
    text_key: str | None


def to_document(
    record: Mapping[str, Any],
    *,
    place: Place,
    format: str,
    encoding: str,
    notes: dict[str, Any],
    text_column: str | None = None,
    columns: Columns | None = None,
    raw: bytes = b"",
) -> Outcome:
    """Map one record. ``text_column`` is what the content chose where no name is known.

    ``notes``: what had to be done to decode it, for the metadata.
    """
    if columns is not None and columns.see is not None:
        columns.see(record)
    layout = layout_of(tuple(record), text_column, columns)
    found = _text(record, layout)
    if isinstance(found, Unfit):
        return place.rejected(found.reason, found.detail, raw)
    text, taken = found
    cleaned = clean(text)
    if isinstance(cleaned, Unfit):
        return place.rejected(cleaned.reason, cleaned.detail, raw)
    roles, metadata = about(record, layout, taken)
    return Document(
        text=cleaned.text,
        encoded=cleaned.encoded,
        source=place.source,
        locator=place.locator,
        format=format,
        encoding=encoding,
        metadata=metadata | notes | cleaned.notes,
        **roles,
    )


def about(
    record: Mapping[str, Any], layout: Layout, taken: tuple[str, ...]
) -> tuple[dict[str, str], dict[str, Any]]:
    """(role -> value, the metadata) of a record whose text came from the keys ``taken``."""
    roles, mapped = _roles(record, layout)
    mapped.update(taken)
    return roles, _rest(record, layout, taken, mapped)


def has_text(record: Mapping[str, Any], columns: Columns | None = None) -> bool:
    """Whether a record says by its field names, or a person said, what its text is."""
    return not isinstance(_text(record, layout_of(tuple(record), None, columns)), Unfit)


def text_column(records: Iterable[Mapping[str, Any]], columns: Columns | None = None) -> str | None:
    """The field that the content of a sample points at; None where a name or person says it.

    >>> text_column([{"番号": "1", "感想": "とても面白かった"}, {"番号": "2", "感想": "良い"}])
    '感想'
    """
    if columns is not None and columns.text:
        return None
    sizes: Counter[str] = Counter()
    for record in records:
        if has_text(record):
            return None
        sizes.update({name: len(value) for name, value in record.items() if isinstance(value, str)})
    roles = {name for names in ROLE_NAMES.values() for name in names} | set(ID_NAMES)
    ranked = [name for name, _ in sizes.most_common() if name.lower() not in roles]
    return ranked[0] if ranked and sizes[ranked[0]] else None


def guess(records: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Role -> the column that is taken for it where nobody says anything.

    >>> guess([{"見出し": "雨", "本文": "雨が降る。", "日付": "2026-01-01"}])
    {'text': '本文', 'date': '日付', 'title': '見出し'}
    """
    keys = tuple(dict.fromkeys(key for record in records for key in record))
    layout = layout_of(keys, text_column(records), None)
    text = next(iter((*layout.texts, *layout.lists)), None)
    found = {"text": text, **dict(reversed(layout.roles)), "id": layout.id_key}
    return {role: name for role, name in found.items() if name is not None}


@lru_cache(maxsize=512)
def layout_of(keys: tuple[str, ...], chosen: str | None, columns: Columns | None) -> Layout:
    by_name = {key.lower(): key for key in reversed(keys)}
    stated = dict(columns.others) if columns else {}
    texts = [by_name[name] for name in TEXT_NAMES if name in by_name]
    if chosen is not None and chosen in keys and chosen not in texts:
        texts.append(chosen)
    guessed = tuple(
        (role, by_name[name])
        for role, names in ROLE_NAMES.items()
        for name in names
        if name in by_name and role not in stated
    )
    id_key = next((by_name[name] for name in ID_NAMES if name in by_name), None)
    if "id" in stated:
        id_key = stated["id"] if _is_within(stated["id"], keys) else None
    roles = (
        *((role, key) for role, key in stated.items() if role != "id" and _is_within(key, keys)),
        *guessed,
    )
    joined = columns.text if columns else ()
    candidates = joined if joined else tuple(texts[:1])
    others = {key for _, key in roles} | ({id_key} if id_key is not None else set())
    # Not what is within an object, nor what is the text and something else.
    simple = len(candidates) == 1 and others <= set(keys) and candidates[0] in keys
    return Layout(
        joined=joined,
        texts=tuple(texts),
        lists=tuple(by_name[name] for name in LIST_NAMES if name in by_name),
        nested=tuple(by_name[name] for name in NESTED_NAMES if name in by_name),
        roles=roles,
        stated=frozenset(stated),
        id_key=id_key,
        text_key=candidates[0] if simple and candidates[0] not in others else None,
    )


def _is_within(name: str, keys: tuple[str, ...]) -> bool:
    return name in keys or name.partition(".")[0] in keys


def _text(record: Mapping[str, Any], layout: Layout) -> tuple[str, tuple[str, ...]] | Unfit:
    """(text, the keys it came from), or why there is none."""
    if layout.joined:
        return _chosen(record, layout.joined)
    for key in layout.texts:
        found = _part(record[key])
        if found is not None:
            return found, (key,)
        if record[key] is not None:
            return _mistyped(record, key)
    for key in layout.lists:
        if isinstance(record[key], list) and (joined := _joined(record[key])) is not None:
            return joined, (key,)
    return _textless(record)


def _chosen(
    record: Mapping[str, Any], keys: tuple[str, ...]
) -> tuple[str, tuple[str, ...]] | Unfit:
    """The texts of the chosen columns with a blank line between; what is empty is left out."""
    texts: dict[str, str] = {}
    for key in keys:
        value = at(record, key)
        found = _part(value)
        if found is None and value is not None:
            return _mistyped(record, key)
        if found:
            texts[key] = found
    return ("\n\n".join(texts.values()), tuple(texts)) if texts else _textless(record)


def _part(value: Any) -> str | None:
    """A string, or the members of a list as lines; None for what is neither."""
    if isinstance(value, str):
        return value
    return _joined(value) if isinstance(value, list) else None


def _mistyped(record: Mapping[str, Any], key: str) -> Unfit:
    kind = type(at(record, key)).__name__
    return Unfit(reason="mistyped-text", detail=f'the field "{key}" holds {kind}, no text')


def _textless(record: Mapping[str, Any]) -> Unfit:
    known = ", ".join(f'"{key}"' for key in list(record)[:8]) or "none"
    return Unfit(reason="no-text", detail=f"no field with text (fields: {known})")


def _joined(items: list[Any]) -> str | None:
    """The texts of a list's members as lines; None when one of them has none."""
    texts = []
    for item in items:
        found = _text(item, layout_of(tuple(item), None, None)) if isinstance(item, dict) else item
        text = found[0] if isinstance(found, tuple) else found
        if not isinstance(text, str):
            return None
        texts.append(text)
    return "\n".join(texts) if texts else None


def _roles(record: Mapping[str, Any], layout: Layout) -> tuple[dict[str, str], set[str]]:
    """(role -> value, the record's own keys that they came from)."""
    found: dict[str, str] = {}
    mapped: set[str] = set()
    for role, key in layout.roles:
        if role not in found and (value := value_of(role, at(record, key))) is not None:
            found[role] = value
            mapped.add(key)
    for name in layout.nested:
        inner = record[name]
        if isinstance(inner, dict):
            for role, key in layout_of(tuple(inner), None, None).roles:
                known = role in found or role in layout.stated
                if not known and (value := value_of(role, inner[key])) is not None:
                    found[role] = value
    return found, mapped


def value_of(role: str, value: Any) -> str | None:
    """What a field says of a role; None when it says nothing."""
    if role == "date":
        return iso_date(value)
    if isinstance(value, str) and (stripped := value.replace("\0", "").strip()):
        return stripped
    return None


def _rest(
    record: Mapping[str, Any],
    layout: Layout,
    taken: tuple[str, ...],
    mapped: set[str],
) -> dict[str, Any]:
    """Every field that is not a column of its own, the record's id under "id"."""
    if mapped <= record.keys():
        rest = {key: value for key, value in record.items() if key not in mapped}
    else:
        rest = without(record, mapped)
    rest = {key: value for key, value in rest.items() if value is not None}
    for key in taken:
        value = at(record, key)
        if isinstance(value, list) and (others := _without_text(value)):
            rest[key] = others
    said = "id" in layout.stated
    if layout.id_key not in {None, "id"} and (said or "id" not in rest):
        rest["id"] = at(record, layout.id_key)
    elif layout.id_key is None and not said:
        for name in layout.nested:
            inner = record[name]
            own = layout_of(tuple(inner), None, None).id_key if isinstance(inner, dict) else None
            if own is not None:
                rest["id"] = inner[own]
    return rest


def _without_text(items: list[Any]) -> list[Any]:
    """What the members of a joined list say besides their text."""
    others = []
    for item in items:
        if isinstance(item, dict):
            _, keys = _text(item, layout_of(tuple(item), None, None))  # type: ignore[misc]
            others.append({name: value for name, value in item.items() if name not in keys})
    return others if any(others) else []
