"""Writing TOML 1.0: as much of it as a recipe needs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def toml_table(header: str, values: Mapping[str, Any], name: str = "") -> str:
    """A table under its header line; with a name, ``[header.name]``. None is left out.

    >>> print(toml_table("[dedup]", {"mode": "near", "threshold": 0.8, "source": None}))
    [dedup]
    mode = "near"
    threshold = 0.8
    <BLANKLINE>
    """
    line = f"[{header}.{_key(name)}]" if name else header
    rows = [f"{_key(key)} = {_value(one)}" for key, one in values.items() if one is not None]
    return "\n".join([*([line] if line else []), *rows, ""])


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_value(item) for item in value)}]"
    return _text(value) if isinstance(value, str) else repr(value)


def _text(value: str) -> str:
    # A JSON string is a TOML basic string, but for DEL, which TOML wants escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
