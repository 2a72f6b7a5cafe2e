"""Write the built files so that the same documents always give the same bytes."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from corpora.sample.documents import LICENCE, SampleDocument

#: Records that are no documents, as lines of the JSON Lines file: one is cut
#: short, one has no text field, one has a number for a text, one an empty text.
BAD_LINES = (
    '{"id": "bad-cut", "title": "途中で切れた記録", "text": "この行は途中で',
    '{"id": "bad-no-text", "title": "本文の欄がない記録", "url": "https://zatta.example.com/x.html"}',
    '{"id": "bad-number", "title": "本文が数である記録", "text": 20240401}',
    '{"id": "empty-text", "title": "本文が空の記録", "text": "", "licence": "CC0-1.0"}',
)

_PARQUET_SCHEMA = pa.schema(
    [
        pa.field(name, pa.string(), nullable=False)
        for name in ("id", "bunya", "title", "text", "date", "url", "licence")
    ]
)


class _Entry(zipfile.ZipInfo):
    """A member whose name is stored in CP932 with no UTF-8 flag, as old archives do."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 (zipfile's own name)
        return self.filename.encode("cp932"), self.flag_bits & ~0x800


def write_jsonl_zst(path: Path, documents: Sequence[SampleDocument]) -> None:
    """JSON Lines in one zstandard frame, level 10, with ``BAD_LINES`` spread among them."""
    lines = [_json_line(document) for document in documents]
    step = len(lines) // (len(BAD_LINES) + 1)
    for number, bad in enumerate(BAD_LINES, start=1):
        lines.insert(step * number, bad)
    data = "".join(f"{line}\n" for line in lines).encode()
    path.write_bytes(zstandard.ZstdCompressor(level=10).compress(data))


def _json_line(document: SampleDocument) -> str:
    record = {
        "id": document.id,
        "text": document.text,
        "title": document.title,
        "url": document.url,
        "date": document.date,
        "licence": LICENCE,
        "domain": document.domain,
        "kind": document.kind,
    }
    return json.dumps(record, ensure_ascii=False)


def write_parquet(path: Path, documents: Sequence[SampleDocument]) -> None:
    """One row group, zstd, all columns strings; ``bunya`` is the domain."""
    rows = [
        {
            "id": document.id,
            "bunya": document.domain,
            "title": document.title,
            "text": document.text,
            "date": document.date,
            "url": document.url,
            "licence": LICENCE,
        }
        for document in documents
    ]
    pq.write_table(pa.Table.from_pylist(rows, schema=_PARQUET_SCHEMA), path, compression="zstd")


def write_cp932(folder: Path, documents: Sequence[SampleDocument]) -> dict[str, str]:
    """One CP932 file with CRLF a document; the file's name by document id."""
    folder.mkdir()
    names = {document.id: f"{document.id}.cp932.txt" for document in documents}
    for document in documents:
        (folder / names[document.id]).write_bytes(_cp932(document.text))
    return names


def write_zip(path: Path, documents: Sequence[SampleDocument]) -> dict[str, str]:
    """A zip of Shift_JIS texts, stored; the member's name by document id.

    Not deflated: the deflated bytes depend on the zlib that Python was built
    with. The last member has its title for a name, in Shift_JIS.
    """
    names = {document.id: f"{document.id}.txt" for document in documents}
    last = documents[-1]
    names[last.id] = f"{last.title}.txt"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for document in documents:
            entry = _Entry(names[document.id], (2020, 1, 1, 0, 0, 0))
            entry.create_system = 0
            archive.writestr(entry, _cp932(document.text))
    path.write_bytes(buffer.getvalue())
    return names


def _cp932(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode("cp932")
