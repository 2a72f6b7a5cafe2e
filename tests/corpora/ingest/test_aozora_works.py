"""Works of the shared corpus: ruby, notes and gaiji as often as a count of the bytes finds them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from corpora.documents import Document
from corpora.ingest.entries import Place
from corpora.ingest.readers.text import document

#: Every so many of 1,768.
_STEP = 40
_RULE = b"-" * 55 + b"\r\n"
_OPEN, _CLOSE, _NOTE, _HASH, _END, _MARK = (sign.encode("cp932") for sign in "《》［＃］※")


def test_markup_is_counted_as_in_the_bytes(shared_corpora: Path) -> None:
    works = sorted((shared_corpora / "aozora_sjis" / "cards").rglob("*.txt"))[::_STEP]
    counted = {path.name: _counted(_body(path.read_bytes())) for path in works}
    assert {path.name: _told(path) for path in works} == counted
    assert min(map(sum, zip(*counted.values(), strict=True))) > 20


def _told(path: Path) -> tuple[int, int, int]:
    work = document(path.read_bytes(), Place(path.name, "byte:0"))
    assert isinstance(work, Document)
    ruby, notes, gaiji = (work.metadata[name]["count"] for name in ("ruby", "notes", "gaiji"))
    return ruby, notes, gaiji


def _body(raw: bytes) -> bytes:
    """What lies behind the legend's second rule, or the header, and before the colophon."""
    parts = raw.split(_RULE, 2)
    body = parts[2] if len(parts) == 3 else raw.partition(b"\r\n\r\n")[2]
    return body.partition(b"\n" + "底本：".encode("cp932"))[0]


def _counted(body: bytes) -> tuple[int, int, int]:
    """Ruby, notes and gaiji that are closed in their line, character by character."""
    ruby = notes = gaiji = 0
    for line in body.split(b"\r\n"):
        characters = list(_characters(line))
        # Of each open note whether it is a gaiji's.
        opened: list[bool] = []
        reading = -1
        for at, (one, behind) in enumerate(zip(characters, [*characters[1:], b""], strict=False)):
            if one == _NOTE and behind == _HASH:
                opened.append(at > 0 and characters[at - 1] == _MARK)
            elif one == _END and opened:
                is_gaiji = opened.pop()
                gaiji += is_gaiji and not opened
                notes += not is_gaiji and not opened
            elif one == _OPEN and not opened:
                reading = at
            elif one == _CLOSE and not opened and reading >= 0:
                ruby += at > reading + 1
                reading = -1
    return ruby, notes, gaiji


def _characters(line: bytes) -> Iterator[bytes]:
    """Of Shift_JIS: two bytes behind a lead byte, else one."""
    at = 0
    while at < len(line):
        lead = line[at]
        size = 2 if 0x81 <= lead <= 0x9F or 0xE0 <= lead <= 0xFC else 1
        yield line[at : at + size]
        at += size
