"""A page as a web archive has it -> a document with where it came from, or why there is none.

What headers alone tell is told at once, so that what is no text is only counted. The rest
(decompressing, decoding, reading the page) waits until it is wanted.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from corpora.documents import Document, Rejected
from corpora.ingest import http_messages as http
from corpora.ingest.encodings import UndecodableError, detect, refuse_binary
from corpora.ingest.entries import Outcome, Place
from corpora.ingest.html.markup import HEAD, root
from corpora.ingest.html.page import page
from corpora.ingest.readers import text
from corpora.ingest.readers.html import of_page
from corpora.ingest.transcoding import is_wide
from corpora.opt_out_signals import opt_outs

#: Of these statuses the body is what was asked for, and all of it.
_PAGES = (200, 203)
_HTML = {"text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml"}
_TEXT = {"text/plain", "text/markdown", "text/x-markdown"}
#: Addresses of pages; archives keep their own logs and screenshots under others.
_SCHEMES = {"", "http", "https", "ftp", "ftps", "file", "gopher", "gemini"}
#: Crawlers fetch it from every host; it is written for them.
_ROBOTS_TXT = re.compile(r"(?i)https?://[^/]+/robots\.txt")
#: What servers and crawlers say that do not know; the content decides.
_UNKNOWN = {"", "application/octet-stream", "application/unknown", "unknown/unknown"}
_XML = {"text/xml", "application/xml"}
_ROOTS = {"html", "head", "body"}
_SAMPLE = 4_096


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One record that may become a document."""

    place: Place
    #: Of the container: "warc", "wet", "arc".
    format: str
    url: str | None
    #: When it was fetched; ISO 8601.
    fetched: str | None
    #: Content-Type as the container gives it; "" when it gives none.
    type: str
    #: What a look at the content found; where nobody else says.
    identified: str = ""
    language: str | None = None
    #: An HTTP message, or the content itself; only its beginning when it is oversized.
    block: bytes
    oversized: bool
    #: It says itself that its end is missing.
    cut: bool = False
    #: What the archive says that the block, and what it carries, hash to.
    digests: tuple[str, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)

    def rejected(self, reason: str, detail: str, data: bytes = b"") -> Rejected:
        return self.place.rejected(reason, detail, data or self.block)


def entry(capture: Capture) -> Rejected | Callable[[], Outcome] | str:
    """What becomes of a capture; a string names the kind of those that are only counted."""
    scheme = (capture.url or "").partition(":")[0].lower()
    if scheme not in _SCHEMES:
        return f"scheme {scheme}" if scheme.isalnum() and len(scheme) < 20 else "another scheme"
    if capture.url is not None and _ROBOTS_TXT.fullmatch(capture.url):
        return "robots.txt"
    try:
        sent = http.response(capture.block)
    except http.BadHttp as error:
        return capture.rejected("bad-http", str(error))
    if sent is not None and sent.status not in _PAGES:
        return f"status {sent.status}"
    declared = _declared(capture, sent)
    kind = http.media_type(declared)
    if kind in _UNKNOWN or kind in _XML:
        kind = _kind(_beginning(capture, sent), kind)
    if kind not in _HTML and kind not in _TEXT:
        return f"type {kind or 'unknown'}"
    if capture.oversized:
        return capture.rejected("too-large", "the record is larger than 16 MiB")
    return partial(_outcome, capture, sent, declared)


def _declared(capture: Capture, sent: http.Response | None) -> str:
    """The Content-Type of the content."""
    if sent is not None:
        return sent.fields.first("Content-Type") or capture.identified
    if http.media_type(capture.type) == "application/http":
        return capture.identified
    return capture.type or capture.identified


def _beginning(capture: Capture, sent: http.Response | None) -> bytes:
    try:
        return _content(capture, sent)[0][:_SAMPLE]
    except http.BadHttp:
        return b""


def _kind(data: bytes, kind: str) -> str:
    """The type of content that nobody named; ``kind`` again when it is no page and no text."""
    if _is_page(data):
        return "text/html"
    if kind in _XML or not data.strip() or data.lstrip()[:1] in b"{[<%" or 0 in data:
        return kind
    try:
        refuse_binary(data)
    except UndecodableError:
        return kind
    return "text/plain" if detect(data) else kind


def _is_page(data: bytes) -> bool:
    """Whether it begins like a page, whatever it is called."""
    beginning = data.removeprefix(codecs.BOM_UTF8)[:HEAD].decode("latin-1")
    return root(beginning).lower() in _ROOTS or beginning.lstrip()[:14].lower() == "<!doctype html"


def _content(capture: Capture, sent: http.Response | None) -> tuple[bytes, list[bytes]]:
    """What was sent without its codings, and every form that a digest may be of.

    Raises BadHttp.
    """
    if sent is None:
        return capture.block, [capture.block]
    cut = capture.cut or capture.oversized
    whole = http.unchunked(sent, cut=cut)
    data = http.decoded(whole, sent, cut=cut)
    return data, [capture.block, sent.body, whole, data]


def _outcome(capture: Capture, sent: http.Response | None, declared: str) -> Outcome:
    try:
        data, forms = _content(capture, sent)
    except http.BadHttp as error:
        return capture.rejected("bad-http", str(error))
    if http.media_type(declared) in _HTML or _is_page(data):
        found = _page(data, capture, http.charset(declared))
    else:
        found = _text(data, capture)
    if isinstance(found, Document):
        _add_provenance(found, capture, sent, declared)
        if not _agrees(capture.digests, forms):
            found.metadata["digest_mismatch"] = list(capture.digests)
    return found


def _page(data: bytes, capture: Capture, charset: str | None) -> Outcome:
    try:
        found = page(data, declared=charset)
    except UndecodableError as error:
        return capture.rejected(text.undecodable(error), str(error), data)
    return of_page(found, capture.place, data)


def _text(data: bytes, capture: Capture) -> Outcome:
    """As a plain text file would be read."""
    beginning = detect(data[:_SAMPLE])
    wide = beginning if beginning is not None and is_wide(beginning.encoding) else None
    return text.document(data, capture.place, known=wide)


def _add_provenance(
    document: Document, capture: Capture, sent: http.Response | None, declared: str
) -> None:
    document.format = capture.format
    document.url = capture.url or document.url
    document.date = document.date or capture.fetched
    document.language = document.language or capture.language
    directives = [*_directives(sent), *document.metadata.pop("robots", ())]
    about = {
        **capture.metadata,
        "fetched": capture.fetched,
        "content_type": declared[:200],
        "status": sent.status if sent is not None and sent.status != _PAGES[0] else None,
        "robots": list(dict.fromkeys(directives)),
        "opt_out": opt_outs(directives),
    }
    document.metadata |= {name: value for name, value in about.items() if value}


def _directives(sent: http.Response | None) -> list[str]:
    """What the server says to crawlers: "noai", "gptbot: noindex", "tdm-reservation"."""
    if sent is None:
        return []
    words = ",".join(sent.fields.all("X-Robots-Tag")).lower().split(",")
    found = [" ".join(word.split()) for word in words if word.strip()]
    if sent.fields.first("TDM-Reservation") == "1":
        found.append("tdm-reservation")
    return found


# -- digests ----------------------------------------------------------------------------------


def _agrees(digests: Iterable[str], forms: list[bytes]) -> bool:
    """Whether one of the digests is of one of the forms; True where none can be checked.

    Archives differ in what they take for the payload, so each form that it had is tried.
    """
    stated = [found for digest in digests if (found := _parsed(digest)) is not None]
    return not stated or any(
        hashlib.new(name, form, usedforsecurity=False).digest() == value
        for name, value in stated
        for form in dict.fromkeys(forms)
    )


def _parsed(digest: str) -> tuple[str, bytes] | None:
    """(algorithm, digest) of "sha1:…" in base 32 or hexadecimal; None when it is neither.

    >>> _parsed("sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ")[1].hex()[:8]
    'da39a3ee'
    """
    name, _, value = digest.strip().partition(":")
    name = name.lower().replace("-", "")
    if name not in ("md5", "sha1", "sha256", "sha384", "sha512"):
        return None
    size = hashlib.new(name, usedforsecurity=False).digest_size
    try:
        if len(value) == 2 * size:
            return name, bytes.fromhex(value)
        padded = value.upper().rstrip("=")
        found = base64.b32decode(padded + "=" * (-len(padded) % 8))
    except (ValueError, binascii.Error):
        return None
    return (name, found) if len(found) == size else None
