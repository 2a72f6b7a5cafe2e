"""The corpus that everything is measured on: one seeded build from real texts.

::

    python -m benchmarks.corpus --from FOLDER… --megabytes 200 --out FOLDER [--seed 0]

A document is a walk: a real document gives its length, then runs of sentences of it and of its
neighbours in reading order follow each other until that length is reached, so that lengths, layout
and style stay those of the real texts, and no document comes twice. A share of the documents have
near copies (benchmarks/planting.py), written up to some thousand documents later. Nothing but
these waiting copies is held in memory, whatever the size. The same texts, size and seed give the
same bytes.

Written are ``texts/*.jsonl.zst``, ``pairs.tsv`` (a, b, jaccard, folded, kind, rate) and
``corpus.json`` with what was asked and counted.
"""

from __future__ import annotations

import argparse
import heapq
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random
from typing import TextIO

import orjson
import xxhash
import zstandard

from benchmarks.planting import copies, pairs
from benchmarks.sources import Sentences, sentences

#: A file holds at most so much text, and a corpus has some, so that workers share it.
MOST_FILE_BYTES = 256_000_000
_LEAST_FILE_BYTES = 1_000_000
_FILES = 8

#: Documents on either side of the one that gives the length.
_NEIGHBOURS = 100
#: Sentences that stay together.
_SHORTEST_RUN, _LONGEST_RUN = 2, 8
#: A novel gives no more: a small corpus would be one document.
_MOST_DOCUMENT_BYTES = 500_000

_PLANTED_SHARE = 0.1
#: Code points of a document that may get copies; exact similarities of longer ones take long.
_PLANTED_LEAST, _PLANTED_MOST = 300, 20_000
#: Documents between an original and its copy, at most.
_LONGEST_WAIT = 2_000

_HOSTS = 97
#: Bits of the filter that says "surely new"; what it is unsure of is drawn again.
_SEEN_BITS = 1 << 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    id: str
    text: str
    url: str
    host: str
    domain: str


@dataclass(slots=True, kw_only=True)
class Account:
    """corpus.json."""

    seed: int
    megabytes: float
    documents: int = 0
    bytes: int = 0
    groups: int = 0
    pairs: dict[str, int] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)


def build(paths: Sequence[Path], out: Path, *, megabytes: float, seed: int = 0) -> Account:
    """Write the corpus into a new folder. Raises SourceError, ValueError (no text)."""
    out.parent.mkdir(parents=True, exist_ok=True)
    account = Account(seed=seed, megabytes=megabytes)
    with (
        tempfile.TemporaryDirectory(dir=out.parent, prefix=".corpus-") as name,
        sentences(paths, out.parent) as source,
    ):
        made = Path(name) / "corpus"
        (made / "texts").mkdir(parents=True)
        with (made / "pairs.tsv").open("w", encoding="utf-8") as table:
            table.write("a\tb\tjaccard\tfolded\tkind\trate\n")
            records = Builder(source, account, table).records()
            _write(records, made / "texts", account)
        (made / "corpus.json").write_bytes(
            orjson.dumps(asdict(account), option=orjson.OPT_INDENT_2)
        )
        made.rename(out)
    return account


class Builder:
    """Records one after the other; the account and the table of pairs are kept on the way."""

    def __init__(self, source: Sentences, account: Account, table: TextIO) -> None:
        self._source = source
        self._account = account
        self._table = table
        self._seen = bytearray(_SEEN_BITS // 8)
        #: (number of the document that it follows, its own number, the copy)
        self._waiting: list[tuple[int, int, Record]] = []

    def records(self) -> Iterator[Record]:
        """Originals and copies until the account's megabytes are reached, and what waits then."""
        for number in self._numbers():
            random = Random(f"{self._account.seed}:{number}")
            record = self._original(number, random)
            if self._may_be_planted(record) and random.random() < _PLANTED_SHARE:
                self._plant(number, record, random)
            yield record
            while self._waiting and self._waiting[0][0] <= number:
                yield heapq.heappop(self._waiting)[2]
        while self._waiting:
            yield heapq.heappop(self._waiting)[2]

    def _numbers(self) -> Iterator[int]:
        number = 0
        while self._account.bytes < self._account.megabytes * 1e6:
            yield number
            number += 1

    def _original(self, number: int, random: Random) -> Record:
        while True:
            centre = random.randrange(len(self._source))
            text = self._walk(centre, random).decode()
            if self._is_new(text):
                break
        host = f"site{centre * _HOSTS // len(self._source):02d}.example"
        name = f"{self._account.seed}-{number:09d}"
        return Record(
            id=name,
            text=text,
            url=f"https://{host}/{number}",
            host=host,
            domain=self._source.domains[centre],
        )

    def _walk(self, centre: int, random: Random) -> bytes:
        """Runs of sentences around a document until its length is reached."""
        target = min(self._source.size(centre), _MOST_DOCUMENT_BYTES)
        runs, size, document = [], 0, centre
        while size < target:
            first, last = self._source.of(document)
            start = random.randrange(first, last)
            end = min(last, start + random.randint(_SHORTEST_RUN, _LONGEST_RUN))
            runs.append(self._source.run(start, end))
            size += len(runs[-1])
            near = centre + random.randint(-_NEIGHBOURS, _NEIGHBOURS)
            document = min(max(near, 0), len(self._source) - 1)
        return b"".join(runs)

    def _is_new(self, text: str) -> bool:
        place = xxhash.xxh3_64_intdigest(text.encode()) % _SEEN_BITS
        known = self._seen[place >> 3] >> (place & 7) & 1
        self._seen[place >> 3] |= 1 << (place & 7)
        return not known

    def _may_be_planted(self, record: Record) -> bool:
        return _PLANTED_LEAST <= len(record.text) <= _PLANTED_MOST

    def _plant(self, number: int, record: Record, random: Random) -> None:
        made = copies(record.text, self._others(random), random)
        names = [record.id]
        for order, copy in enumerate(made, 1):
            names.append(f"{record.id}-{order}")
            wait = number + random.randint(1, _LONGEST_WAIT)
            twin = Record(
                id=names[-1],
                text=copy.text,
                url=f"{record.url}-{order}",
                host=record.host,
                domain=record.domain,
            )
            heapq.heappush(self._waiting, (wait, number * 8 + order, twin))
        self._account.groups += bool(made)
        for pair in pairs(record.text, made):
            kinds = self._account.pairs
            kinds[pair.kind] = kinds.get(pair.kind, 0) + 1
            values = (names[pair.a], names[pair.b], f"{pair.jaccard:.6f}", f"{pair.folded:.6f}")
            self._table.write("\t".join((*values, pair.kind, f"{pair.rate:.6g}")) + "\n")

    def _others(self, random: Random) -> list[str]:
        """Sentences to insert, of a document somewhere else."""
        first, last = self._source.of(random.randrange(len(self._source)))
        found = [self._source.run(n, n + 1).decode() for n in range(first, min(last, first + 50))]
        return [sentence for sentence in found if sentence.strip()] or ["以下、続き。\n"]


def _write(records: Iterator[Record], folder: Path, account: Account) -> None:
    limit = min(max(account.megabytes * 1e6 / _FILES, _LEAST_FILE_BYTES), MOST_FILE_BYTES)
    record = next(records, None)
    while record is not None:
        path = folder / f"corpus-{len(account.files):05d}.jsonl.zst"
        account.files.append(path.name)
        size = 0
        with path.open("wb") as raw, zstandard.ZstdCompressor(3).stream_writer(raw) as file:
            while record is not None and size < limit:
                file.write(orjson.dumps(record) + b"\n")
                bytes_ = len(record.text.encode())
                size += bytes_
                account.bytes += bytes_
                account.documents += 1
                record = next(records, None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--from", dest="paths", type=Path, nargs="+", required=True)
    parser.add_argument("--megabytes", type=float, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    account = build(options.paths, options.out, megabytes=options.megabytes, seed=options.seed)
    size, planted = account.bytes / 1e6, sum(account.pairs.values())
    print(f"{account.documents:,} documents, {size:,.1f} MB, {planted:,} planted pairs")


if __name__ == "__main__":
    main()
