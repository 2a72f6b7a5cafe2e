"""How pages and servers say that no model is to be trained on what they hold: the one list.

``noai`` and ``noimageai`` are directives to robots, in a page's meta or in X-Robots-Tag
(DeviantArt, 2022; img2dataset heeds them). ``tdm-reservation`` is the W3C community group's TDMRep
(final report of 2024): its field or meta with the value 1. Readers keep all directives as
``robots`` in the metadata, with the crawler that they name before a colon.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc

DIRECTIVES = frozenset({"noai", "noimageai", "tdm-reservation"})
#: Those that speak of text; ``noimageai`` alone speaks of the page's images.
OF_TEXT = DIRECTIVES - {"noimageai"}
#: Members of the metadata that may hold some, as they are written.
_MEMBERS = ('"robots":[', '"opt_out":[')


def opt_outs(directives: Iterable[object]) -> list[str]:
    """The opt-outs among directives, sorted; whichever crawler they name.

    >>> opt_outs(["gptbot: noimageai", "NoAI", "noarchive"])
    ['noai', 'noimageai']
    """
    words = (str(one).rpartition(":")[2].strip().lower() for one in directives)
    return sorted(DIRECTIVES.intersection(words))


def stated(metadata: str) -> list[str]:
    """The opt-outs in a document's metadata (a JSON object).

    >>> stated('{"robots":["noai","noindex"]}'), stated('{"text":"noai"}'), stated("noai")
    (['noai'], [], [])
    """
    try:
        value: Any = orjson.loads(metadata)
    except orjson.JSONDecodeError:
        return []
    if not isinstance(value, dict):
        return []
    lists = [value.get(name) for name in ("robots", "opt_out")]
    return opt_outs(one for given in lists if isinstance(given, list) for one in given)


def may_state(metadata: pa.Array[Any]) -> pa.Array[Any]:
    """bool, one a row: whether it is worth a look at all. Most metadata is not."""
    first, second = (pc.match_substring(metadata, member) for member in _MEMBERS)
    either: Any = pc.or_(first, second)
    found: pa.Array[Any] = either.fill_null(False)
    return found
