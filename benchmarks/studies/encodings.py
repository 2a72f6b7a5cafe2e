"""Which share of texts, and of pieces of them, is taken for the encoding that it is in.

``--from`` takes folders of files below folders that are named for an encoding, or with a table
``MANIFEST.tsv`` (path, encoding, snippet_chars: 0 for a whole text). A name is right when the
bytes, decoded by it, are the true text: of two encodings of which one holds the other, the larger
one is meant, as browsers do. What has fewer than 20 characters beyond ASCII tells nothing.
"""

from __future__ import annotations

import codecs
import csv
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from benchmarks.contest import Answer, Contender, Given, WorkFailed, run
from benchmarks.environments import PeerMissing
from benchmarks.results import Result
from benchmarks.workshop import Workshop

CONTENDERS = (
    Contender(label="ours", module="ours.encodings", work="encodings"),
    Contender(label="charset-normalizer", module="peers.charset_normalizer", work="encodings"),
    Contender(label="chardet", module="peers.chardet", work="encodings"),
    Contender(label="faust-cchardet", module="peers.faust_cchardet", work="encodings"),
    Contender(label="resiliparse", module="peers.resiliparse", work="encodings"),
)
#: Characters of the pieces; 0 is the whole text.
SIZES = (0, 60, 25, 10)
#: Pieces of a size of one text, and the share of them that has to lie beyond ASCII.
_PIECES, _TELLING = 3, 0.8
_LEAST = 20
#: What a name means, where it is not what it is to Python.
_LARGER = {
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "ms932": "cp932",
    "windows-31j": "cp932", "gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs",
    "cp950": "big5hkscs", "euc_kr": "cp949", "euc-kr": "cp949", "uhc": "cp949", "eucjp": "euc_jp",
    "iso2022jp": "iso2022_jp", "utf8bom": "utf-8-sig", "utf16le_bom": "utf-16",
    "iso-2022-jp": "iso2022_jp", "iso-2022-kr": "iso2022_kr", "euc-jp": "euc_jp",
}  # fmt: skip
_JAPANESE, _EAST_ASIAN = "Japanese", "Chinese and Korean"
_OF = {
    **dict.fromkeys(("cp932", "euc_jp", "iso2022_jp"), _JAPANESE),
    **dict.fromkeys(("gb18030", "big5hkscs", "cp949", "johab", "iso2022_kr"), _EAST_ASIAN),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    #: Of what it is one: a language, or "Unicode".
    kind: str
    size: int
    codec: str
    data: bytes


def study(shop: Workshop) -> Result:
    pieces = [piece for path in shop.paths for piece in _pieces(path)]
    if not pieces:
        raise WorkFailed("no folder is named for an encoding: give some with --from")
    input = shop.folder / "pieces.jsonl"
    with input.open("wb") as file:
        for piece in pieces:
            file.write(orjson.dumps({"bytes": piece.data.hex()}) + b"\n")
    groups = sorted({(piece.kind, piece.size) for piece in pieces}, key=_order)
    rows: list[list[str]] = []
    data: list[dict[str, Any]] = []
    for contender in CONTENDERS:
        if not shop.wants(contender.peer):
            continue
        print(f"encodings: {contender.label}", file=sys.stderr, flush=True)
        try:
            answer = run(contender, Given(input=input), shop.folder / "kept" / contender.module)
        except (WorkFailed, PeerMissing) as error:
            rows.append([contender.label, *[""] * len(groups), f"not measured: {error}"])
            data.append({"label": contender.label, "failed": str(error)})
            continue
        shares = _shares(answer, pieces)
        rate = answer.bytes / 1e6 / answer.seconds
        cells = [f"{shares[group][0] / shares[group][1]:.3f}" for group in groups]
        rows.append([contender.label, *cells, f"{rate:.1f} MB/s"])
        data.append(
            {
                "label": contender.label,
                "versions": dict(answer.versions),
                "seconds": answer.seconds,
                "cpu_seconds": answer.cpu_seconds,
                "bytes": answer.bytes,
                "right": {_name(group): shares[group] for group in groups},
            }
        )
    counts = [sum((p.kind, p.size) == group for p in pieces) for group in groups]
    rows.append(["pieces", *(str(count) for count in counts), ""])
    return Result(
        name="encodings",
        title="Encodings named rightly",
        columns=("", *map(_name, groups), "rate"),
        rows=rows,
        data=data,
        notes=[
            "To reach, Japanese: 1.00 whole and of 60 characters, .99 of 25, .97 of 10; Chinese "
            "and Korean in the same configuration: .95 of whole texts.",
            "Right: decoded by the name that was given, the bytes are the true text.",
        ],
    )


def _name(group: tuple[str, int]) -> str:
    kind, size = group
    return f"{kind}, {size or 'whole'}"


def _order(group: tuple[str, int]) -> tuple[bool, str, int]:
    kind, size = group
    return kind != _JAPANESE, kind, SIZES.index(size)


# -- what is asked -----------------------------------------------------------------------


def _pieces(folder: Path) -> Iterator[Piece]:
    table = folder / "MANIFEST.tsv"
    if table.is_file():
        with table.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter="\t"):
                data = (folder / row["path"]).read_bytes()
                yield from _piece(row["encoding"], data, int(row["snippet_chars"]))
        return
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).parts[0]
        if path.is_file() and _codec(name) is not None:
            data = path.read_bytes()
            for piece in _piece(name, data, 0):
                yield piece
                yield from _cut(piece)


def _piece(name: str, data: bytes, size: int) -> Iterator[Piece]:
    """None where there is too little to tell encodings apart by."""
    codec = _codec(name)
    if codec is not None and (size or _beyond_ascii(data.decode(codec, "replace")) >= _LEAST):
        yield Piece(kind=_OF.get(codec, "Unicode"), size=size, codec=codec, data=data)


def _cut(whole: Piece) -> Iterator[Piece]:
    """The first, the middle and the last pieces of each size that are mostly beyond ASCII."""
    if whole.kind == "Unicode":
        return
    text = whole.data.decode(whole.codec, "ignore")
    for size in SIZES[1:]:
        found = [
            piece
            for at in range(0, len(text) - size, size)
            if _beyond_ascii(piece := text[at : at + size]) >= _TELLING * size
        ]
        for piece in dict.fromkeys(
            found[len(found) * n // _PIECES] for n in range(_PIECES) if found
        ):
            data = piece.encode(whole.codec, "ignore")
            yield Piece(kind=whole.kind, size=size, codec=whole.codec, data=data)


def _beyond_ascii(text: str) -> int:
    return sum(character > "\x7f" for character in text)


# -- what is right -----------------------------------------------------------------------


def _shares(answer: Answer, pieces: Sequence[Piece]) -> dict[tuple[str, int], tuple[int, int]]:
    """(right, all) of each kind and size."""
    names = Path(answer.results["names"]).read_text("utf-8").splitlines()
    shares: dict[tuple[str, int], tuple[int, int]] = {}
    for piece, name in zip(pieces, names, strict=True):
        right, count = shares.get((piece.kind, piece.size), (0, 0))
        shares[piece.kind, piece.size] = (right + _is_right(piece, name), count + 1)
    return shares


def _is_right(piece: Piece, name: str) -> bool:
    codec = _codec(name)
    if codec is None:
        return False
    return _text(piece.data, codec) == _text(piece.data, piece.codec)


def _text(data: bytes, codec: str) -> str:
    """Without the mark of its byte order, which is no text."""
    return data.decode(codec, "replace").removeprefix("\ufeff")


def _codec(name: str) -> str | None:
    """Python's codec for a name; None for what is none."""
    try:
        return codecs.lookup(_LARGER.get(name.lower(), name)).name
    except LookupError:
        return None
