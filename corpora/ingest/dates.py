"""Dates as sources write them, in ISO 8601 as far as they are known."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any

_ISO = re.compile(
    r"(\d{4})-(\d{2})(?:-(\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?)?"
)
_PARTS = re.compile(r"(\d{4})\s*[/.年]\s*(\d{1,2})(?:\s*[/.月]\s*(\d{1,2})\s*日?|\s*月)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MAIL = re.compile(r"^(?:[A-Z][a-z]{2},\s*)?\d{1,2}\s+[A-Z][a-z]{2}\s+\d{2,4}\s+\d{1,2}:")
_YEAR = re.compile(r"(\d{4})年?")
#: Seconds since 1970 between 1990 and 2100: outside of it a number is no date.
_EPOCH = (631_152_000, 4_102_444_800)


def iso_date(value: Any) -> str | None:
    """``value`` as ISO 8601, or None when it is no date we understand.

    >>> iso_date("2013年7月5日"), iso_date("2012/03"), iso_date("20240401"), iso_date(1700000000)
    ('2013-07-05', '2012-03', '2024-04-01', '2023-11-14T22:13:20+00:00')
    >>> iso_date("Fri, 16 May 2003 19:29:16 +0900")
    '2003-05-16T19:29:16+09:00'
    >>> iso_date("昨日") is None
    True
    """
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    if not isinstance(value, str):
        return _from_epoch(value)
    return _from_text(value)


# Records of one day follow each other.
@lru_cache(maxsize=1_024)
def _from_text(value: str) -> str | None:
    text = value.strip()
    if (match := _ISO.fullmatch(text)) is not None:
        return text if _possible(match[1], match[2], match[3]) else None
    for pattern in (_PARTS, _COMPACT):
        if (match := pattern.fullmatch(text)) is not None and _possible(*match.groups()):
            return "-".join(part.zfill(2) for part in match.groups() if part)
    if (match := _YEAR.fullmatch(text)) is not None:
        return match[1]
    return _from_mail(text)


def _from_mail(text: str) -> str | None:
    """As mail and feeds write it (RFC 5322)."""
    if _MAIL.search(text) is None:
        return None
    try:
        return parsedate_to_datetime(text).isoformat()
    except (ValueError, OverflowError):
        return None


def _possible(year: str, month: str, day: str | None) -> bool:
    try:
        datetime(int(year), int(month), int(day or 1), tzinfo=UTC)
    except ValueError:
        return False
    return True


def _from_epoch(value: float) -> str | None:
    seconds = value / 1000 if value > _EPOCH[1] else value
    if not _EPOCH[0] <= seconds <= _EPOCH[1]:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat()
