"""Which column of a record is what, where a person says it; the rest goes by name and content."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from corpora.errors import KotoguraError

#: What a column can be. Only the text may be made of several.
ROLES = (
    "text", "title", "url", "date", "licence", "domain", "language", "sensitivity", "id",
)  # fmt: skip
#: Columns that one text is made of, at most.
MOST = 20
_LONGEST_NAME = 1_000
#: Objects within objects whose columns are offered.
_DEPTH = 3

#: As plans and rows of the database hold it: role -> columns; [] says that none is.
Stated = Mapping[str, Sequence[str]]


class ColumnsRefused(KotoguraError):
    """The columns cannot be mapped as asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The mapping of one file's records."""

    #: Joined with a blank line between; empty: guessed.
    text: tuple[str, ...] = ()
    #: (role, column); "" says that no column is. Roles that are not here are guessed.
    others: tuple[tuple[str, str], ...] = ()
    #: Told of every record before it becomes a document, for whoever wants to look.
    see: Callable[[Mapping[str, Any]], None] | None = field(default=None, compare=False)


def checked(stated: Stated) -> dict[str, list[str]]:
    """The mapping with its roles in their order. Raises ColumnsRefused for what makes no sense.

    >>> checked({"title": ["見出し"], "text": ["見出し", "本文"]})
    {'text': ['見出し', '本文'], 'title': ['見出し']}
    """
    for role, names in stated.items():
        if role not in ROLES:
            raise ColumnsRefused(
                f'there is no role "{role}".', remedy=f"Use one of: {', '.join(ROLES)}."
            )
        if len(names) > (MOST if role == "text" else 1):
            raise ColumnsRefused(f'too many columns for "{role}".')
        if len(set(names)) < len(names):
            raise ColumnsRefused(f'a column is given twice for "{role}".')
        if any(not name or len(name) > _LONGEST_NAME or "\0" in name for name in names):
            raise ColumnsRefused(f'this is no name of a column for "{role}".')
    if "text" in stated and not stated["text"]:
        raise ColumnsRefused("a document needs a text.", remedy="Name a column for it.")
    return {role: list(stated[role]) for role in ROLES if role in stated}


def parsed(words: Iterable[str]) -> dict[str, list[str]]:
    """What ``--map`` takes: ``role=column``, the text's more than once; ``role=`` for none.

    "body.content" is the column content of the object body, where no column is called so.

    >>> parsed(["text=題", "text=本文", "date="])
    {'text': ['題', '本文'], 'date': []}
    """
    stated: dict[str, list[str]] = {}
    for word in words:
        role, equals, name = word.partition("=")
        if not equals:
            raise ColumnsRefused(f'"{word}" maps nothing.', remedy="Write ROLE=COLUMN.")
        stated.setdefault(role, []).extend([name] if name else [])
    return checked(stated)


def columns_of(stated: Stated) -> Columns | None:
    """The mapping as readers take it; None where nothing is stated."""
    if not stated:
        return None
    return Columns(
        text=tuple(stated.get("text", ())),
        others=tuple(
            (role, names[0] if names else "") for role, names in stated.items() if role != "text"
        ),
    )


def at(record: Mapping[str, Any], name: str) -> Any:
    """What a column of a record holds: one of its own, or one within an object of it.

    >>> at({"body": {"content": "雨"}}, "body.content"), at({"a.b": 1}, "a.b"), at({}, "a.b")
    ('雨', 1, None)
    """
    if name in record:
        return record[name]
    outer, dot, inner = name.partition(".")
    within = record.get(outer) if dot else None
    return at(within, inner) if isinstance(within, Mapping) else None


def names_of(record: Mapping[str, Any], depth: int = _DEPTH) -> Iterator[str]:
    """The columns of a record, those within its objects behind each.

    >>> list(names_of({"id": 1, "body": {"content": "雨", "size": {"lines": 3}}}))
    ['id', 'body', 'body.content', 'body.size', 'body.size.lines']
    """
    for name, value in record.items():
        yield name
        if depth and isinstance(value, Mapping):
            yield from (f"{name}.{inner}" for inner in names_of(value, depth - 1))


def without(record: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    """The record without these columns; an object of which nothing stays goes as well.

    >>> without({"id": 1, "body": {"content": "雨", "size": 1}}, {"body.content"})
    {'id': 1, 'body': {'size': 1}}
    """
    rest: dict[str, Any] = {}
    for name, value in record.items():
        if name in names:
            continue
        inner = {one[len(name) + 1 :] for one in names if one.startswith(f"{name}.")}
        if inner and isinstance(value, Mapping):
            value = without(value, inner)
            if not value:
                continue
        rest[name] = value
    return rest
