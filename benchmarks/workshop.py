"""What the pieces of work share in one run: the corpus, a model, a folder, and what was asked."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import orjson
import sentencepiece
import zstandard

from benchmarks import corpus
from corpora.tokenization.sample import cut_lines
from corpora.tokenization.train import train

_BUILDERS = ("corpus.py", "edits.py", "planting.py", "sources.py")

_VOCABULARY = 16_000
_SAMPLE_BYTES = 4_000_000


@dataclass(kw_only=True)
class Workshop:
    #: Files and folders of real texts.
    paths: tuple[Path, ...]
    megabytes: float
    seed: int
    rounds: int
    #: Peers that take part; None is all.
    peers: frozenset[str] | None
    #: Gone after the run.
    folder: Path
    #: Built corpora are kept here for the next run.
    cache: Path
    #: Documents of the piece "candidates", and how many of them the peers get.
    signatures: int
    peer_signatures: int
    #: Megabytes of the piece "scaling", ascending; the first and ten times it for "memory".
    sizes: tuple[float, ...]
    #: By which the whole product is run: "celery", "command".
    doors: tuple[str, ...]
    #: Natural near copies: a table with columns a and b, and where these files lie.
    pairs: Path | None = None
    pairs_root: Path | None = None
    #: A SentencePiece unigram model; trained on the corpus when None.
    given_model: Path | None = None

    def wants(self, peer: str | None) -> bool:
        return peer is None or self.peers is None or peer in self.peers

    def corpus(self, megabytes: float | None = None) -> Path:
        """The folder of the corpus of a size, built if it is not there."""
        size = megabytes or self.megabytes
        folder = self.cache / f"corpus-{self._key}-{size:g}"
        if not folder.is_dir():
            corpus.build(self.paths, folder, megabytes=size, seed=self.seed)
        return folder

    @cached_property
    def _key(self) -> str:
        """Of what the corpus' bytes depend on: the texts, the seed and the builder itself."""
        digest = hashlib.sha256(str(self.seed).encode())
        for name in _BUILDERS:
            digest.update(Path(__file__).with_name(name).read_bytes())
        for path in self.paths:
            for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
                stat = file.stat()
                digest.update(f"{file}\n{stat.st_size}\n{stat.st_mtime_ns}\n".encode())
        return digest.hexdigest()[:12]

    @cached_property
    def texts(self) -> Path:
        """The corpus as one plain JSON Lines file, which every peer can read."""
        path = self.folder / "texts.jsonl"
        with path.open("wb") as file:
            for line in lines(self.corpus()):
                file.write(line)
        return path

    @cached_property
    def model(self) -> Path:
        """A SentencePiece model; the same corpus gives the same one."""
        if self.given_model is not None:
            return self.given_model
        path = self.corpus() / f"unigram-{_VOCABULARY}.model"
        if not path.is_file():
            sample: list[str] = []
            size = 0
            for line in lines(self.corpus()):
                text = orjson.loads(line)["text"]
                sample += cut_lines(text, 20_000)
                size += len(text.encode())
                if size > _SAMPLE_BYTES:
                    break
            path.write_bytes(train(sample, _VOCABULARY))
        return path

    @cached_property
    def vocabulary(self) -> Path:
        """The model's pieces, scores and kinds as JSON, for libraries that do not read models."""
        model = sentencepiece.SentencePieceProcessor(model_file=str(self.model))
        size = range(model.vocab_size())
        said = {
            "pieces": [[model.id_to_piece(n), model.get_score(n)] for n in size],
            "unk_id": model.unk_id(),
            "byte_fallback": any(model.is_byte(n) for n in size),
            "user_defined": [piece for piece in map(model.id_to_piece, size) if piece == "\n"],
        }
        path = self.folder / "vocabulary.json"
        path.write_text(json.dumps(said), "utf-8")
        return path


def lines(folder: Path) -> Iterator[bytes]:
    """The records of a built corpus, a line each."""
    for path in sorted((folder / "texts").iterdir()):
        with path.open("rb") as raw, zstandard.ZstdDecompressor().stream_reader(raw) as file:
            yield from io.BufferedReader(file)
