"""The unit that trains a SentencePiece unigram model on what is kept.

Choices, and why:

- normalisation "identity": the text is normalised already, and "nmt_nfkc" would turn newlines
  into spaces, so that decoding could not give the text back;
- no dummy prefix and no removal of blanks, for the same reason;
- a newline is a piece of its own ("\\n" as a user-defined symbol): the trainer sees single lines,
  so it could never learn one, and as a byte it would be counted as a character not known;
- byte fallback: no character is ever unknown, and decoding gives back every text;
- digits are single pieces, so that numbers are not learnt by heart (as in Llama and llm-jp);
- always two threads, no shuffling, no sampling by the trainer: the same sample gives the same
  bytes (another number of threads adds the expected counts in another order);
- the vocabulary is an upper limit: a small corpus gets the pieces that it can support;
- training begins with four times the wanted pieces and halves them: a million to begin with, and
  a quarter less each time, takes five times as long for a slightly worse model (decision 0009).
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from itertools import accumulate
from math import ceil

import sentencepiece

from corpora.errors import ModelError
from corpora.stages import Progress, UnitResult, UnitSpec
from corpora.storage import Store
from corpora.tokenization.sample import choose, lines

#: <unk>, <s>, </s>, <pad>, the newline and 256 bytes.
_RESERVED = 261

#: Between two signs of life; leases last many times as long.
_WATCH_SECONDS = 1.0

#: How sentencepiece writes a space. Without a piece of its own it would come back as this
#: character (by way of its bytes) when the sample happens to hold no space.
_SPACE = "▁"

#: Pieces that a vocabulary must have room for besides the reserved ones.
_LEAST_PIECES = 64

#: Code points under which a model would say nothing.
_LEAST_CODE_POINTS = 1_000

#: Of the text's characters, the share that get a piece of their own (sentencepiece's advice for
#: Japanese); the rest become bytes.
_COVERAGE = 0.9995

_LEAST_COVERAGE = 0.98

_THREADS = 2

#: Pieces that training begins with, for each that is wanted, and the share that each round keeps.
_SEEDS_PER_PIECE = 4
_SHRINKING_FACTOR = 0.5

#: At most this share of the vocabulary goes to single characters.
_CHARACTER_SHARE = 0.6


def run(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    """Outputs: model. Counts: lines, characters, bytes of the sample, vocab_size.

    Raises ModelError when there is too little text or the vocabulary is too small.
    """
    vocab_size = unit.params["vocab_size"]
    if vocab_size < _RESERVED + _LEAST_PIECES:
        raise ModelError(
            f"a vocabulary of {vocab_size} has no room beside {_RESERVED} reserved pieces.",
            remedy=f"Set tokenization.vocab_size to {_RESERVED + _LEAST_PIECES} or more.",
        )
    parts = _parts(unit)
    chosen = choose(store, parts, unit.params["sample_bytes"], progress)
    sample = list(lines(store, parts, chosen, progress))
    model = _watched(partial(train, sample, vocab_size), progress)
    counts = {
        "lines": len(sample),
        "characters": sum(map(len, sample)),
        "bytes": sum(len(line.encode()) for line in sample),
        "vocab_size": sentencepiece.SentencePieceProcessor(model_proto=model).vocab_size(),
    }
    return UnitResult(outputs={"model": store.put(model)}, counts=counts)


def _watched(work: Callable[[], bytes], progress: Progress) -> bytes:
    """Do the work in a thread, so that a long training still says that it lives.

    A cancelled training is left to end by itself: its result is thrown away.
    """
    pool = ThreadPoolExecutor(max_workers=1)
    try:
        doing = pool.submit(work)
        while not wait([doing], timeout=_WATCH_SECONDS).done:
            progress()
        return doing.result()
    finally:
        pool.shutdown(wait=False)


def train(sample: Sequence[str], vocab_size: int) -> bytes:
    """A unigram model of at most ``vocab_size`` pieces; the same sample gives the same bytes.

    Raises ModelError when the sample is too small to train on.
    """
    characters = Counter(character for line in sample for character in line)
    if characters.total() < _LEAST_CODE_POINTS:
        raise ModelError(
            f"{characters.total()} characters of kept text are too few to train a tokenizer on.",
            remedy="Keep more documents, or choose an existing .model file.",
        )
    model = io.BytesIO()
    try:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(sample),
            model_writer=model,
            model_type="unigram",
            vocab_size=vocab_size,
            seed_sentencepiece_size=_SEEDS_PER_PIECE * vocab_size,
            shrinking_factor=_SHRINKING_FACTOR,
            hard_vocab_limit=False,
            character_coverage=coverage(characters, vocab_size),
            byte_fallback=True,
            normalization_rule_name="identity",
            add_dummy_prefix=False,
            remove_extra_whitespaces=False,
            split_digits=True,
            user_defined_symbols=["\n"],
            required_chars=_SPACE,
            pad_id=3,
            input_sentence_size=0,
            shuffle_input_sentence=False,
            num_threads=_THREADS,
            minloglevel=2,
        )
    except RuntimeError as error:
        raise ModelError(
            f"the kept text gives no vocabulary of {vocab_size} pieces.",
            remedy="Keep more documents, set a smaller tokenization.vocab_size, or choose an "
            "existing .model file.",
        ) from error
    return model.getvalue()


def coverage(characters: Mapping[str, int], vocab_size: int) -> float:
    """The share of the text whose characters get their own piece, so that they fit.

    Japanese has more characters than a small vocabulary has room for, and the trainer refuses
    when those it must hold do not fit. Raises ModelError when not even .98 of the text does,
    which is the least that the trainer takes.

    >>> coverage({"の": 999, "鬱": 1}, 8_000)
    0.9995
    >>> coverage({"の": 990, "鬱": 4, "蔵": 4, "言": 2}, 266)
    0.998
    """
    room = int((vocab_size - _RESERVED) * _CHARACTER_SHARE)
    frequencies = sorted(characters.values(), reverse=True)
    share = sum(frequencies[:room]) / sum(frequencies)
    if share >= _LEAST_COVERAGE:
        return min(_COVERAGE, share)
    enough = _LEAST_COVERAGE * sum(frequencies)
    least = next(n for n, sofar in enumerate(accumulate(frequencies), 1) if sofar >= enough)
    needed = _RESERVED + ceil(least / _CHARACTER_SHARE)
    raise ModelError(
        f"a vocabulary of {vocab_size} pieces has no room for the characters of the kept text.",
        remedy=f"Set tokenization.vocab_size to {needed} or more.",
    )


def _parts(unit: UnitSpec) -> list[dict[str, str]]:
    """Blobs by role; the sizes of final texts where the unit is given them (sample.choose)."""
    roles = [
        role for role in ("documents", "text", "decisions", "edits", "sizes") if role in unit.inputs
    ]
    blobs = zip(*(unit.inputs[role] for role in roles), strict=True)
    return [dict(zip(roles, row, strict=True)) for row in blobs]
