"""JSON without surprises: what two parsers could read differently is refused.

orjson refuses NaN, Infinity, lone surrogates and control characters in strings. What is nested
deeper than it writes is refused here. It lets duplicate keys and integers beyond 64 bits pass, the
first silently dropping a value and the second silently rounding it: both are
looked for here, at a cost only where there is a suspicion.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from itertools import chain
from typing import Any

import orjson

#: orjson reads 1,024 and writes 254; no honest record needs a tenth of that.
_DEEPEST = 200
#: As deep as nearly all records are at most.
_SHALLOW = 12
_KEY = re.compile(rb'"\s*:')
#: Types of the values of a record that is flat, as nearly all are, and has no floats.
_PLAIN = frozenset({str, int, bool, type(None)})
#: Floats from here on may have been integers that do not fit 64 bits.
_WIDE = float(1 << 63)


class JsonError(ValueError):
    """Not acceptable JSON. ``reason`` is the quarantine's word for it."""

    def __init__(self, reason: str, detail: str) -> None:
        self.reason = reason
        super().__init__(detail)


def parse(data: bytes) -> Any:
    """The value of one JSON text in UTF-8. Raises JsonError.

    >>> parse('{"本文": "吾輩は猫である"}'.encode())
    {'本文': '吾輩は猫である'}
    >>> parse(b'{"a": 1, "a": 2}')
    Traceback (most recent call last):
    corpora.ingest.strict_json.JsonError: the key "a" appears twice in one object
    """
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        message = str(error)
        reason = "lone-surrogate" if "surrogate" in message else "invalid-json"
        raise JsonError(reason, f"not valid JSON: {message}") from error
    keys, strings, wide, flat = _inspect(value)
    if not flat and data.count(b"[") + data.count(b"{") > _DEEPEST and _is_deep(value):
        raise JsonError("invalid-json", "not valid JSON: nested too deeply")
    # Without a quote in a string and a key that is there twice, these are all of them.
    if wide or (data.count(b'"') != 2 * (keys + strings) and len(_KEY.findall(data)) > keys):
        _parse_again(data)
    return value


def parse_all(lines: Sequence[bytes]) -> list[Any]:
    """The value of each line; None for what ``parse`` refuses."""
    try:
        values = list(map(orjson.loads, lines))
    except orjson.JSONDecodeError:
        return list(map(_parse_or_none, lines))
    if (keys := _keys_of(values)) is None:
        return list(map(_parse_or_none, lines))
    if len(_KEY.findall(b"\n".join(lines))) == keys:
        return values
    return [
        value if len(_KEY.findall(line)) == _inspect(value)[0] else _parse_or_none(line)
        for line, value in zip(lines, values, strict=True)
    ]


def _keys_of(values: list[Any]) -> int | None:
    """How many keys are in the values, at all depths; None where one has to be looked at."""
    keys, inside = 0, values
    for _ in range(_SHALLOW):
        types = list(map(type, inside))
        if float in types and any(type(item) is float and abs(item) >= _WIDE for item in inside):
            return None
        objects = [item for item in inside if type(item) is dict] if dict in types else []
        arrays = [item for item in inside if type(item) is list] if list in types else []
        if not objects and not arrays:
            return keys
        keys += sum(map(len, objects))
        inside = [*chain.from_iterable(map(dict.values, objects)), *chain(*arrays)]
    return None


def _parse_or_none(data: bytes) -> Any:
    try:
        return parse(data)
    except JsonError:
        return None


def _is_deep(value: Any) -> bool:
    pending = [(value, 0)]
    while pending:
        item, depth = pending.pop()
        if depth > _DEEPEST:
            return True
        if isinstance(item, dict):
            item = item.values()
        elif not isinstance(item, list):
            continue
        pending.extend((child, depth + 1) for child in item)
    return False


def _parse_again(data: bytes) -> None:
    """With the parser that shows every key and every digit."""
    try:
        json.loads(data, object_pairs_hook=_unique, parse_int=_small)
    except RecursionError as error:
        raise JsonError("invalid-json", "not valid JSON: nested too deeply") from error


def _inspect(value: Any) -> tuple[int, int, bool, bool]:
    """(keys and strings at all depths, whether a number is suspiciously large, whether nothing
    is nested)."""
    if isinstance(value, dict):
        types = list(map(type, value.values()))
        if _PLAIN.issuperset(types):
            return len(value), types.count(str), False, True
    keys, strings, wide = 0, 0, False
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            keys += len(item)
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)
        elif isinstance(item, str):
            strings += 1
        elif isinstance(item, float) and abs(item) >= _WIDE:
            wide = True
    return keys, strings, wide, False


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise JsonError("duplicate-key", f'the key "{key}" appears twice in one object')
        found[key] = value
    return found


def _small(digits: str) -> int:
    if len(digits) > 20 or not -(1 << 63) <= int(digits) < (1 << 64):
        raise JsonError("huge-number", f"the integer {digits[:24]} does not fit 64 bits")
    return int(digits)
