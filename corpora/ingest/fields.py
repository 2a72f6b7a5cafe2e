"""Which field of a record is the text, which are its title, date, licence, and the rest.

Field names come first, because people name them well; only when none of the usual
names is there does the content decide (the text column is the one with most text).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from corpora.documents import Document
from corpora.ingest.cleaning import Unfit, clean
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
    "title": ("title", "タイトル", "題名", "表題", "headline", "document_name", "page_title"),
    "date": ("date", "日付", "published", "published_at", "publish_date", "date_published",
             "created", "created_at", "timestamp", "warc-date"),
    "licence": ("licence", "license", "ライセンス"),
    "domain": ("domain", "分野"),
    "language": ("language", "lang", "言語"),
    "sensitivity": ("sensitivity",),
}  # fmt: skip
#: A record's own id, kept under "id" in the metadata.
ID_NAMES = ("id", "doc_id", "docid", "document_id", "_id", "uuid", "record_id", "warc-record-id")


@dataclass(frozen=True, slots=True)
class _Layout:
    """What the keys of a record mean; worked out once for each set of keys."""

    texts: tuple[str, ...]
    lists: tuple[str, ...]
    nested: tuple[str, ...]
    roles: tuple[tuple[str, str], ...]
    id_key: str | None


def to_document(
    record: Mapping[str, Any],
    *,
    place: Place,
    format: str,
    encoding: str,
    text_column: str | None = None,
    raw: bytes = b"",
) -> Outcome:
    """Map one record. ``text_column`` is what the content chose where no name is known."""
    layout = _layout(tuple(record), text_column)
    found = _text(record, layout)
    if isinstance(found, Unfit):
        return place.rejected(found.reason, found.detail, raw)
    text, taken = found
    cleaned = clean(text)
    if isinstance(cleaned, Unfit):
        return place.rejected(cleaned.reason, cleaned.detail, raw)
    roles, mapped = _roles(record, layout)
    mapped.add(taken)
    metadata = _rest(record, layout, taken, mapped)
    metadata.update(cleaned.notes)
    return Document(
        text=cleaned.text,
        encoded=cleaned.encoded,
        source=place.source,
        locator=place.locator,
        format=format,
        encoding=encoding,
        metadata=metadata,
        **roles,
    )


def has_text(record: Mapping[str, Any]) -> bool:
    """Whether a record says by its field names what its text is."""
    return not isinstance(_text(record, _layout(tuple(record), None)), Unfit)


def text_column(records: Iterable[Mapping[str, Any]]) -> str | None:
    """The field that the content of a sample points at; None where a name says it.

    >>> text_column([{"番号": "1", "感想": "とても面白かった"}, {"番号": "2", "感想": "良い"}])
    '感想'
    """
    sizes: Counter[str] = Counter()
    for record in records:
        if has_text(record):
            return None
        sizes.update({name: len(value) for name, value in record.items() if isinstance(value, str)})
    roles = {name for names in ROLE_NAMES.values() for name in names} | set(ID_NAMES)
    ranked = [name for name, _ in sizes.most_common() if name.lower() not in roles]
    return ranked[0] if ranked and sizes[ranked[0]] else None


@lru_cache(maxsize=512)
def _layout(keys: tuple[str, ...], chosen: str | None) -> _Layout:
    by_name = {key.lower(): key for key in reversed(keys)}
    texts = [by_name[name] for name in TEXT_NAMES if name in by_name]
    if chosen is not None and chosen in keys and chosen not in texts:
        texts.append(chosen)
    return _Layout(
        texts=tuple(texts),
        lists=tuple(by_name[name] for name in LIST_NAMES if name in by_name),
        nested=tuple(by_name[name] for name in NESTED_NAMES if name in by_name),
        roles=tuple(
            (role, by_name[name])
            for role, names in ROLE_NAMES.items()
            for name in names
            if name in by_name
        ),
        id_key=next((by_name[name] for name in ID_NAMES if name in by_name), None),
    )


def _text(record: Mapping[str, Any], layout: _Layout) -> tuple[str, str] | Unfit:
    """(text, the key it came from), or why there is none."""
    for key in layout.texts:
        value = record[key]
        if isinstance(value, str):
            return value, key
        if isinstance(value, list) and (joined := _joined(value)) is not None:
            return joined, key
        if value is not None:
            kind = type(value).__name__
            return Unfit(reason="mistyped-text", detail=f'the field "{key}" holds {kind}, no text')
    for key in layout.lists:
        if isinstance(record[key], list) and (joined := _joined(record[key])) is not None:
            return joined, key
    known = ", ".join(f'"{key}"' for key in list(record)[:8]) or "none"
    return Unfit(reason="no-text", detail=f"no field with text (fields: {known})")


def _joined(items: list[Any]) -> str | None:
    """The texts of a list's members as lines; None when one of them has none."""
    texts = []
    for item in items:
        found = _text(item, _layout(tuple(item), None)) if isinstance(item, dict) else item
        text = found[0] if isinstance(found, tuple) else found
        if not isinstance(text, str):
            return None
        texts.append(text)
    return "\n".join(texts) if texts else None


def _roles(record: Mapping[str, Any], layout: _Layout) -> tuple[dict[str, str], set[str]]:
    """(role -> value, the record's own keys that they came from)."""
    found: dict[str, str] = {}
    mapped: set[str] = set()
    for role, key in layout.roles:
        if role not in found and (value := _value(role, record[key])) is not None:
            found[role] = value
            mapped.add(key)
    for name in layout.nested:
        inner = record[name]
        if isinstance(inner, dict):
            for role, key in _layout(tuple(inner), None).roles:
                if role not in found and (value := _value(role, inner[key])) is not None:
                    found[role] = value
    return found, mapped


def _value(role: str, value: Any) -> str | None:
    if role == "date":
        return iso_date(value)
    if isinstance(value, str) and (stripped := value.replace("\0", "").strip()):
        return stripped
    return None


def _rest(
    record: Mapping[str, Any],
    layout: _Layout,
    taken: str,
    mapped: set[str],
) -> dict[str, Any]:
    """Every field that is not a column of its own, the record's id under "id"."""
    rest = {key: value for key, value in record.items() if key not in mapped and value is not None}
    if isinstance(record[taken], list) and (others := _without_text(record[taken])):
        rest[taken] = others
    if layout.id_key not in (None, "id") and "id" not in rest:
        rest["id"] = record[layout.id_key]
    elif layout.id_key is None:
        for name in layout.nested:
            inner = record[name]
            key = _layout(tuple(inner), None).id_key if isinstance(inner, dict) else None
            if key is not None:
                rest["id"] = inner[key]
    return rest


def _without_text(items: list[Any]) -> list[Any]:
    """What the members of a joined list say besides their text."""
    others = []
    for item in items:
        if isinstance(item, dict):
            _, key = _text(item, _layout(tuple(item), None))  # type: ignore[misc]
            others.append({name: value for name, value in item.items() if name != key})
    return others if any(others) else []
