"""HTTP responses as archives keep them: headers, and the body as it was sent.

Lenient where servers and crawlers are: names in any case, folded lines, bare line feeds,
bodies that were decoded before they were kept although their headers say otherwise.
"""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import pyarrow as pa

from corpora.documents import MAX_RECORD_BYTES
from corpora.ingest.streams import CHUNK, GZIP, ZSTD, plain_error

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"[A-Z]+/[0-9.]+[ \t]+([0-9]{3})\b")
_CHUNK_LINE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([^\s\"';,]{1,40})", re.IGNORECASE)
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,40}/[a-z0-9!#$&^_.+-]{1,80}")

#: Codings on top of each other; no server sends more, and each is as much work as the body.
_MOST_CODINGS = 5


class BadHttp(ValueError):
    """The message cannot be what was sent. The text says why."""


class Fields:
    """Header fields by name, in any case; each may come several times.

    >>> fields = Fields(b"Content-Type: text/html;\\r\\n charset=Shift_JIS\\r\\nA: 1\\na: 2")
    >>> fields.first("content-type"), fields.all("A"), fields.first("b")
    ('text/html; charset=Shift_JIS', ['1', '2'], '')
    """

    def __init__(self, data: bytes) -> None:
        #: Each value as its lines.
        found: dict[str, list[list[str]]] = defaultdict(list)
        value: list[str] = []
        for raw in data.split(b"\n"):
            line = _text(raw)
            if line[:1] in (" ", "\t") and value:
                value.append(line.strip())
                continue
            name, colon, first = line.partition(":")
            if colon and (name := name.strip().lower()):
                value = [first.strip()]
                found[name].append(value)
        self._values = {name: list(map(" ".join, values)) for name, values in found.items()}

    def first(self, name: str) -> str:
        """The first value, "" when there is none."""
        return self._values[name.lower()][0] if name.lower() in self._values else ""

    def all(self, name: str) -> list[str]:
        return list(self._values.get(name.lower(), ()))


def _text(raw: bytes) -> str:
    try:
        return raw.decode().rstrip("\r\0")
    except UnicodeDecodeError:
        return raw.decode("latin-1").rstrip("\r\0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    status: int
    fields: Fields = field(repr=False)
    #: As it was sent (or kept): in chunks, compressed.
    body: bytes


def response(block: bytes) -> Response | None:
    """The response, or None when these bytes are none. Raises BadHttp without status or body."""
    status = _STATUS.match(block)
    if status is None:
        if block.startswith(b"HTTP/"):
            raise BadHttp("the HTTP status cannot be read")
        return None
    end = _HEAD_END.search(block)
    if end is None:
        raise BadHttp("the HTTP headers do not end")
    head = block[: end.start()]
    return Response(
        status=int(status[1]),
        fields=Fields(head.partition(b"\n")[2]),
        body=block[end.end() :],
    )


def media_type(value: str) -> str:
    """The media type of a Content-Type field, "" when it names none.

    >>> media_type("Text/HTML; charset=x"), media_type("html")
    ('text/html', '')
    """
    found = _MEDIA_TYPE.match(value.strip().lower())
    return found.group() if found else ""


def charset(value: str) -> str | None:
    """The charset of a Content-Type field.

    >>> charset('text/html; charset="Shift_JIS"')
    'Shift_JIS'
    """
    found = _CHARSET.search(value)
    return found[1] if found else None


# -- bodies -----------------------------------------------------------------------------------


def unchunked(sent: Response, *, cut: bool) -> bytes:
    """The body without transfer coding; with ``cut``, as much of it as there is.

    Raises BadHttp.
    """
    coding = ",".join(sent.fields.all("Transfer-Encoding")).lower()
    if "chunked" not in coding or _CHUNK_LINE.match(sent.body) is None:
        return sent.body  # many archives keep the field and not the coding
    data, at = [], 0
    while (line := _CHUNK_LINE.match(sent.body, at)) is not None:
        size = int(line[1], 16)
        chunk = sent.body[line.end() : line.end() + size]
        data.append(chunk)
        if size == 0:
            return b"".join(data)
        at = line.end() + size
        if len(chunk) < size:
            break
        at += 2 if sent.body[at : at + 2] == b"\r\n" else sent.body[at : at + 1] == b"\n"
    if cut:
        return b"".join(data)
    if at >= len(sent.body):
        raise BadHttp("the body ends before its last chunk")
    raise BadHttp("a chunk of the body has no length")


def decoded(body: bytes, sent: Response, *, cut: bool) -> bytes:
    """The body without content coding. Raises BadHttp for damage and beyond 16 MiB."""
    named = ",".join(sent.fields.all("Content-Encoding")).lower()
    codings = [name for name in map(str.strip, named.split(",")) if name in _DECODERS]
    if len(codings) > _MOST_CODINGS:
        raise BadHttp(f"the body has {len(codings):,} content codings")
    for coding in reversed(codings):
        body = _DECODERS[coding](body, cut)
    return body


def _gunzip(body: bytes, cut: bool) -> bytes:
    return _inflated(body, 31, cut) if body.startswith(GZIP) else body


def _inflate(body: bytes, cut: bool) -> bytes:
    """With zlib's header, as it should be, or without."""
    try:
        return _inflated(body, 15, cut)
    except BadHttp:
        return body if _looks_like_text(body) else _inflated(body, -15, cut)


def _inflated(body: bytes, wbits: int, cut: bool) -> bytes:
    decoder = zlib.decompressobj(wbits=wbits)
    try:
        data = decoder.decompress(body, MAX_RECORD_BYTES + 1)
    except zlib.error as error:
        raise BadHttp(f"the body's compression is damaged ({plain_error(error)})") from error
    if len(data) > MAX_RECORD_BYTES:
        raise BadHttp(_TOO_LARGE)
    if not decoder.eof and not cut:
        raise BadHttp("the body's compression ends too early")
    return data


def _unzstd(body: bytes, cut: bool) -> bytes:
    return _streamed(body, "zstd", cut) if body.startswith(ZSTD) else body


def _unbrotli(body: bytes, cut: bool) -> bytes:
    """Brotli has no mark of its own: a text that does not decompress was not compressed."""
    try:
        return _streamed(body, "brotli", cut)
    except BadHttp:
        if _looks_like_text(body):
            return body
        raise


def _streamed(body: bytes, codec: Literal["brotli", "zstd"], cut: bool) -> bytes:
    data = bytearray()
    try:
        with pa.CompressedInputStream(pa.BufferReader(body), codec) as reader:
            while piece := reader.read(CHUNK):
                data += piece
                if len(data) > MAX_RECORD_BYTES:
                    raise BadHttp(_TOO_LARGE)
    except OSError as error:
        if not cut:
            why = plain_error(error)
            raise BadHttp(f"the body's compression is damaged ({why})") from error
    return bytes(data)


def _looks_like_text(body: bytes) -> bool:
    return not any(byte < 9 for byte in body[:256])


_TOO_LARGE = "the body grows beyond 16 MiB"
_DECODERS: dict[str, Callable[[bytes, bool], bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
