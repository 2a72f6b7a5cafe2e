"""Web archives: WARC 1.0 and 1.1, what was extracted from them (WET), and ARC 1 and 2.

ISO 28500; iipc.github.io/warc-specifications; archive.org/web/researcher/ArcFileFormat.php.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple

from corpora.errors import SourceError
from corpora.ingest import captures
from corpora.ingest.dates import iso_date
from corpora.ingest.entries import Entry, Place, Reader, Sample, Source
from corpora.ingest.http_messages import Fields
from corpora.ingest.members import Piece, Stored
from corpora.ingest.records import Broken, Framed, Grammar, Tape, records

#: Records that never hold a page; what they are is counted.
_ASIDE = {"warcinfo", "request", "metadata", "revisit", "continuation"}
_WARC_LENGTH = re.compile(rb"(?im)^content-length[ \t]*:[ \t]*(-?[0-9]{1,18})[ \t]*\r?$")
_CONVERSION = re.compile(rb"(?im)^warc-type[ \t]*:[ \t]*conversion")
_RESPONSE = re.compile(rb"(?im)^warc-type[ \t]*:[ \t]*(?:response|resource)")
_ARC_LINE = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]{1,20}:[^\n]*(?: [0-9]{8,18} |\Z)")
#: Behind the URL: address and date. The first one counts, so that a line is read once; behind it
#: type; in version 2 result, checksum, location, offset and name; length.
_ARC_ADDRESS = re.compile(r" [0-9a-fA-F.:]+ ([0-9]{8,18}) ")
_ARC_REST = re.compile(
    r"(?P<type>.+?)(?: (?:[0-9]{3}|-) \S+ \S+ [0-9]+ \S+)? (?P<length>-?[0-9]{1,18})\s*"
)

_Judge = Callable[[Framed, Place, str], Entry | str]


def _begins_warc(data: bytes) -> bool:
    return data.startswith(b"WARC/")


def _begins_arc(data: bytes) -> bool:
    return _ARC_LINE.match(data) is not None


def _warc_length(head: bytes) -> int | None:
    found = _WARC_LENGTH.search(head)
    return int(found[1]) if found else None


class _ArcFields(NamedTuple):
    url: str
    date: str
    type: str
    length: int


def _arc_fields(head: str) -> _ArcFields | None:
    """
    >>> _arc_fields("http://a.jp/ 192.0.2.1 20140216050221 text/html 17\\n")
    _ArcFields(url='http://a.jp/', date='20140216050221', type='text/html', length=17)
    """
    address = _ARC_ADDRESS.search(head, 1)
    rest = _ARC_REST.fullmatch(head, address.end()) if address else None
    if address is None or rest is None or "\n" in (url := head[: address.start()]):
        return None
    return _ArcFields(url, address[1], rest["type"], int(rest["length"]))


def _arc_length(head: bytes) -> int | None:
    found = _arc_fields(head.decode("latin-1"))
    return found.length if found else None


_WARC = Grammar(
    begins=_begins_warc,
    head_end=re.compile(rb"\r?\n\r?\n"),
    next=re.compile(rb"\nWARC/[0-9.]{1,8}\r?\n[A-Za-z][A-Za-z-]{1,60}[ \t]*:"),
    length=_warc_length,
)
_ARC = Grammar(
    begins=_begins_arc,
    head_end=re.compile(rb"\n"),
    next=re.compile(
        rb"\n(?=[A-Za-z][A-Za-z0-9+.-]{1,20}:[^\n]{1,6000}? [0-9]{8,18} [^\n]{1,400} -?[0-9]+\r?\n)"
    ),
    length=_arc_length,
)


def is_web_archive(head: bytes) -> bool:
    """Whether a file that begins so is one: its bytes are of no one encoding."""
    return head.lstrip(b"\r\n").startswith((b"WARC/", b"filedesc://"))


def matches_warc(sample: Sample) -> bool:
    """By name where the beginning is damaged, or needs a dictionary that lies before it."""
    named = any(suffix in (".warc", ".wet", ".wat") for suffix in sample.suffixes)
    begun = sample.head.lstrip(b"\r\n").startswith(b"WARC/")
    return begun or (named and (sample.damaged or b"\nWARC/1." in sample.head))


def matches_wet(sample: Sample) -> bool:
    """A WARC file of extracted text alone."""
    if sample.damaged and ".wet" in sample.suffixes:
        return True
    extracted = _CONVERSION.search(sample.head) and not _RESPONSE.search(sample.head)
    return bool(extracted) and matches_warc(sample)


def matches_arc(sample: Sample) -> bool:
    begun = sample.head.lstrip(b"\r\n").startswith(b"filedesc://")
    return begun or (sample.damaged and ".arc" in sample.suffixes)


def _read(source: Source, *, grammar: Grammar, judge: _Judge, format: str) -> Iterator[Entry]:
    broken = 0
    with _tape(source, grammar) as tape:
        for found in records(tape, grammar):
            place = source.place(found.locator)
            if isinstance(found, Broken):
                broken += 1
                yield place.rejected(found.reason, found.detail, found.data)
                continue
            entry = judge(found, place, format)
            if isinstance(entry, str):
                source.skip(entry)
            else:
                yield entry
    if broken:
        raise SourceError(
            source.source,
            None,
            f"damaged or cut records: {broken:,}; the others were read.",
            remedy="Fetch the file again.",
        )


@contextmanager
def _tape(source: Source, grammar: Grammar) -> Iterator[Tape]:
    """The file as stored, where members can be gone to; inside a zip archive, its bytes."""
    begins = grammar.begins
    if source.stored is None:
        yield Tape(lambda *_: _pieces(source), begins=begins, compressed=False, rewinds=0)
        return
    with Stored(source.stored, begins, source.progress) as stored:
        yield Tape(stored.pieces, begins=begins, compressed=stored.compressed)


def _pieces(source: Source) -> Iterator[Piece]:
    at = 0
    try:
        for chunk in source.chunks:
            yield Piece(0, at, chunk)
            at += len(chunk)
    except SourceError as error:
        yield Piece(0, at, b"", error.reason.rstrip("."))


def _judge_warc(record: Framed, place: Place, format: str) -> Entry | str:
    about = Fields(record.head)
    kind = about.first("WARC-Type").lower()
    if kind in _ASIDE:
        return kind
    if not kind:
        return place.rejected("bad-record", "the record does not say its type", record.head)
    if kind not in ("response", "resource", "conversion"):
        return "another type of record"
    cut = about.first("WARC-Truncated") or about.first("WARC-Segment-Number")
    return captures.entry(
        captures.Capture(
            place=place,
            format=format,
            url=_url(about.first("WARC-Target-URI")),
            fetched=iso_date(about.first("WARC-Date")),
            type=about.first("Content-Type"),
            identified=about.first("WARC-Identified-Payload-Type"),
            language=about.first("WARC-Identified-Content-Language").partition(",")[0] or None,
            block=record.block,
            oversized=record.oversized,
            cut=bool(cut),
            digests=tuple(about.all("WARC-Block-Digest") + about.all("WARC-Payload-Digest")),
            metadata={
                "id": about.first("WARC-Record-ID").strip("<>"),
                "refers_to": about.first("WARC-Refers-To").strip("<>"),
                "record": kind if kind != "response" else None,
                "truncated": cut,
            },
        )
    )


def _judge_arc(record: Framed, place: Place, format: str) -> Entry | str:
    found = _arc_fields(record.head.decode("utf-8", "replace"))
    if found is None:  # U+FFFD never makes a difference to the form
        return place.rejected("bad-record", "the record's header gives no length", record.head)
    if found.url.startswith("filedesc:"):
        return "filedesc"
    return captures.entry(
        captures.Capture(
            place=place,
            format=format,
            url=_url(found.url),
            fetched=_arc_date(found.date),
            type=found.type if found.type != "no-type" else "",
            block=record.block,
            oversized=record.oversized,
        )
    )


def _arc_date(digits: str) -> str | None:
    """
    >>> _arc_date("20140216050221"), _arc_date("20140216")
    ('2014-02-16T05:02:21Z', '2014-02-16')
    """
    day = iso_date(digits[:8])
    time = digits[8:14]
    return f"{day}T{time[:2]}:{time[2:4]}:{time[4:]}Z" if day and len(time) == 6 else day


def _url(given: str) -> str | None:
    """Without the brackets that some crawlers put around it, and what cannot be in one."""
    return "".join(filter(str.isprintable, given.strip().strip("<>"))) or None


WARC = Reader(
    name="warc",
    matches=matches_warc,
    read=partial(_read, grammar=_WARC, judge=_judge_warc, format="warc"),
)
WET = Reader(
    name="wet",
    matches=matches_wet,
    read=partial(_read, grammar=_WARC, judge=_judge_warc, format="wet"),
)
ARC = Reader(
    name="arc",
    matches=matches_arc,
    read=partial(_read, grammar=_ARC, judge=_judge_arc, format="arc"),
)
