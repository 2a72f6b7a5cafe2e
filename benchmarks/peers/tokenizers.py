"""Hugging Face tokenizers: a Unigram model of the same pieces."""

from __future__ import annotations

import json
from itertools import chain
from pathlib import Path

from tokenizers import AddedToken, Tokenizer
from tokenizers.models import Unigram
from tokenizers.pre_tokenizers import Metaspace

from benchmarks.protocol import Task, main

_AT_ONCE = 2_000


def encode(task: Task) -> None:
    """encode_batch_fast, which leaves out the offsets that nobody asked for."""
    tokenizer = _tokenizer(Path(task.options["vocabulary"]))
    texts = task.texts()
    tokenizer.encode_batch_fast(texts[:10], add_special_tokens=False)
    found = []
    with task.measured():
        for low in range(0, len(texts), _AT_ONCE):
            some = texts[low : low + _AT_ONCE]
            encoded = tokenizer.encode_batch_fast(some, add_special_tokens=False)
            found += [one.ids for one in encoded]
    task.counts["tokens"] = sum(map(len, found))
    task.keep("ids", "i", chain.from_iterable(found))
    task.keep("lengths", "q", map(len, found))


def _tokenizer(vocabulary: Path) -> Tokenizer:
    """From the model's pieces and scores; the model changes no text before it cuts it."""
    said = json.loads(vocabulary.read_text("utf-8"))
    pieces = [(piece, score) for piece, score in said["pieces"]]
    model = Unigram(pieces, unk_id=said["unk_id"], byte_fallback=said["byte_fallback"])
    tokenizer = Tokenizer(model)
    tokenizer.pre_tokenizer = Metaspace(prepend_scheme="never", split=False)
    tokenizer.add_tokens([AddedToken(piece, normalized=False) for piece in said["user_defined"]])
    return tokenizer


WORKS = {"unigram": encode}

if __name__ == "__main__":
    main(WORKS, packages=("tokenizers",))
