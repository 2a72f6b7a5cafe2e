"""What is said of records with the same keys, column by column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from corpora.ingest import fields

#: What the keys of an inner object mean, and its columns.
_Inner = tuple[fields.Layout, Mapping[str, Sequence[Any]]]


def about_all(
    columns: Mapping[str, Sequence[Any]], layout: fields.Layout, key: str
) -> tuple[dict[str, Sequence[str | None]], list[dict[str, Any]]]:
    """What ``fields.about`` says of each: roles as columns, and the metadata of each.

    The text is the string in ``key``; what the column of that name holds is not looked at.
    """
    inner = _nested(columns, layout)
    told = None if inner is None else _roles_of_all(columns, layout, inner)
    if inner is None or told is None:
        return _about_each(columns, layout, key)
    roles, mapped = told
    rest = {name: column for name, column in columns.items() if name not in (*mapped, key)}
    if any(None in column for column in rest.values()):
        return _about_each(columns, layout, key)
    said = "id" in layout.stated
    if layout.id_key not in (None, "id") and (said or "id" not in rest):
        rest["id"] = columns[layout.id_key]
    elif layout.id_key is None and not said:
        for under, inside in inner:
            if under.id_key is not None:
                rest["id"] = inside[under.id_key]
    each = zip(*rest.values(), strict=True) if rest else [()] * len(columns[key])
    return roles, [dict(zip(rest, values, strict=True)) for values in each]


def _nested(columns: Mapping[str, Sequence[Any]], layout: fields.Layout) -> list[_Inner] | None:
    """The objects that describe the records, as columns; None where they are not alike."""
    found: list[_Inner] = []
    for name in layout.nested:
        objects = columns[name]
        if not any(isinstance(value, dict) for value in objects):
            continue
        if not all(isinstance(value, dict) for value in objects):
            return None
        if len(set(map(tuple, objects))) > 1:
            return None
        names = tuple(objects[0])
        inside = zip(*map(dict.values, objects), strict=True)
        found.append((fields.layout_of(names, None, None), dict(zip(names, inside, strict=True))))
    return found


def _roles_of_all(
    columns: Mapping[str, Sequence[Any]],
    layout: fields.Layout,
    inner: list[_Inner],
) -> tuple[dict[str, Sequence[str | None]], set[str]] | None:
    """Roles as columns, and the records' own keys that they came from; None where these are not
    the same for all."""
    found: dict[str, Sequence[str | None]] = {}
    mapped: set[str] = set()
    for number, (of, inside) in enumerate([(layout, columns), *inner]):
        for role, key in of.roles:
            if role in found or (number and role in layout.stated):
                continue
            values = [fields.value_of(role, value) for value in inside[key]]
            if None not in values:
                found[role] = values
                if not number:
                    mapped.add(key)
            elif any(value is not None for value in values):
                return None
    return found, mapped


def _about_each(
    columns: Mapping[str, Sequence[Any]], layout: fields.Layout, key: str
) -> tuple[dict[str, Sequence[str | None]], list[dict[str, Any]]]:
    names = tuple(columns)
    each = [
        fields.about(dict(zip(names, values, strict=True)), layout, (key,))
        for values in zip(*columns.values(), strict=True)
    ]
    found: dict[str, Sequence[str | None]] = {
        role: [roles.get(role) for roles, _ in each] for role in fields.ROLE_NAMES
    }
    return found, [metadata for _, metadata in each]
