"""One byte range of one immutable file: what RFC 9110 asks, and no more."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.http import HttpRequest

# [0-9], not \d: full-width digits are digits to Python and nonsense to HTTP. Nineteen of them
# hold every file size, and int() of a megabyte of digits is an attack.
_ONE = re.compile(r"bytes=[ \t]*(?P<first>[0-9]{0,19})-(?P<last>[0-9]{0,19})[ \t]*", re.IGNORECASE)
_FOREIGN_UNIT = re.compile(r"(?!bytes=)[!#$%&'*+.^_`|~0-9A-Za-z-]+=.*", re.IGNORECASE)


class Unsatisfiable(Exception):
    """The range is nonsense, lies behind the end, or is one of several: 416."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """``length`` bytes from ``start``; always inside the file."""

    start: int
    length: int


def parse(header: str, size: int) -> Span | None:
    """The span that a Range header asks for; None when it has to be ignored (another unit).

    Several ranges are refused, not merged: nothing here needs them, and a
    thousand overlapping ones are a known way to make a server work.

    >>> parse("bytes=0-4", 10)
    Span(start=0, length=5)
    >>> parse("bytes=-3", 10)
    Span(start=7, length=3)
    """
    match = _ONE.fullmatch(header)
    if match is None:
        if _FOREIGN_UNIT.fullmatch(header):
            return None
        raise Unsatisfiable
    first, last = match["first"], match["last"]
    if first:
        start, end = int(first), int(last) if last else size - 1
        if start >= size or end < start:
            raise Unsatisfiable
        return Span(start=start, length=min(end, size - 1) - start + 1)
    if not last or int(last) == 0 or size == 0:
        raise Unsatisfiable
    length = min(int(last), size)
    return Span(start=size - length, length=length)


def asked(request: HttpRequest, size: int, etag: str) -> Span | None:
    """The span of this request, honouring If-Range; None means the whole file.

    Range is defined for GET alone. If-Range with anything but our strong tag
    (a date, a weak or another tag) asks for the whole file.
    """
    header = request.headers.get("Range")
    if header is None or request.method != "GET":
        return None
    if_range = request.headers.get("If-Range")
    if if_range is not None and if_range.strip() != etag:
        return None
    return parse(header, size)


def unchanged(request: HttpRequest, etag: str) -> bool:
    """Whether If-None-Match names our tag (weak comparison, as RFC 9110 asks)."""
    header = request.headers.get("If-None-Match")
    if header is None:
        return False
    tags = [tag.strip().removeprefix("W/") for tag in header.split(",")]
    return "*" in tags or etag in tags
