from __future__ import annotations

import threading
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sentencepiece
from hypothesis import given
from hypothesis import strategies as st

from corpora.arrays import put_array
from corpora.errors import Cancelled, ModelError
from corpora.final_texts import final_sizes, final_texts
from corpora.stages import UnitResult, UnitSpec, no_progress
from corpora.storage import Store
from corpora.tokenization import train
from corpora.tokenization.sample import choose, cut_lines, lines
from tests.corpora.parts import Written, part


def _trained(store: Store, parts: list[dict[str, Any]], **params: int) -> UnitResult:
    roles = ("documents", "text", "decisions", "edits")
    unit = UnitSpec(
        stage="tokenization.train",
        inputs={role: [one[role] for one in parts] for role in roles},
        params={"vocab_size": 800, "sample_bytes": 1_000_000, **params},
    )
    return train.run(unit, store, no_progress)


def _documents(sentences: list[str]) -> list[Written]:
    return [
        Written(id=f"{n:032x}", text="\n".join(sentences[n * 6 : n * 6 + 6])) for n in range(100)
    ]


def test_training_twice_gives_the_same_bytes(store: Store, sentences: list[str]) -> None:
    parts = [part(store, _documents(sentences))]
    first, second = _trained(store, parts), _trained(store, parts)
    assert first == second
    assert first.counts["vocab_size"] <= 800


def test_a_small_corpus_gets_the_pieces_it_supports(store: Store, sentences: list[str]) -> None:
    result = _trained(store, [part(store, _documents(sentences)[:20])], vocab_size=30_000)
    assert 300 < result.counts["vocab_size"] < 30_000


def test_dropped_documents_and_cut_footers_teach_nothing(
    store: Store, sentences: list[str]
) -> None:
    documents = _documents(sentences)
    footer = "購読購読購読購読"
    noisy = [
        Written(id=d.id, text=d.text + footer, edits=[(len(d.text), len(d.text) + 8, "")])
        for d in documents
    ]
    dropped = Written(id="f" * 32, text="鰯鯖鮪" * 200, kept=False)
    clean = _trained(store, [part(store, documents)])
    assert _trained(store, [part(store, [*noisy, dropped])]).outputs == clean.outputs


def test_the_sample_is_even_and_does_not_depend_on_order(
    store: Store, sentences: list[str]
) -> None:
    documents = _documents(sentences)
    one = [part(store, documents)]
    other = [part(store, documents[50:][::-1]), part(store, documents[:50][::-1])]

    def ids(parts: list[dict[str, Any]]) -> set[str]:
        tables = [store.read_table(p["documents"]).column("id").to_pylist() for p in parts]
        chosen = choose(store, parts, 10_000).allowances
        return {str(tables[number][row]) for number, row in chosen}

    chosen = ids(one)
    assert chosen == ids(other)
    assert 10 < len(chosen) < 40
    # Not the first that came.
    assert chosen - {d.id for d in documents[:50]}


@pytest.mark.parametrize("sample_bytes", [0, 500, 2_000, 1_000_000])
def test_sizes_choose_without_a_text_what_texts_choose(store: Store, sample_bytes: int) -> None:
    documents = [
        Written(
            id=f"{n:032x}",
            text="　\n" if n == 7 else f"第{n}話。\n" * (n % 11) + "購読",
            kept=n % 5 > 0,
            edits=[(5 * (n % 11), 5 * (n % 11) + 2, "")] if n % 3 == 0 else [],
        )
        for n in range(200)
    ]
    parts = [part(store, documents[:90]), part(store, documents[90:])]
    measured = choose(store, parts, sample_bytes)
    sizes = [put_array(store, final_sizes(store, one).astype(np.int32)) for one in parts]
    known = [
        {"documents": one["documents"], "sizes": size}
        for one, size in zip(parts, sizes, strict=True)
    ]
    assert choose(store, known, sample_bytes) == measured
    every = {
        (number, row): text
        for number, one in enumerate(parts)
        for final in final_texts(store, one)
        for row, text in enumerate(final.texts.to_pylist(), final.start)
    }
    assert list(lines(store, parts, measured, no_progress)) == [
        line
        for place in sorted(measured.allowances)
        for line in cut_lines(str(every[place]), measured.allowances[place])
    ]
    taken = sum(measured.allowances.values())
    assert taken == min(sample_bytes, sum(len(text.encode()) for text in every.values() if text))


@pytest.mark.parametrize(
    ("text", "vocab_size", "says"),
    [
        pytest.param("", 800, "0 characters", id="nothing is kept"),
        pytest.param("春はあけぼの。", 800, "7 characters", id="a line"),
        pytest.param("春はあけぼの。" * 500, 100, "no room beside", id="a tiny vocabulary"),
        pytest.param(
            "".join(chr(0x4E00 + n) for n in range(2_000)),
            800,
            "Set tokenization.vocab_size to",
            id="more characters than pieces",
        ),
    ],
)
def test_what_cannot_be_trained_says_what_to_do(
    store: Store, text: str, vocab_size: int, says: str
) -> None:
    with pytest.raises(ModelError, match=says):
        _trained(store, [part(store, [Written(id="a", text=text)])], vocab_size=vocab_size)


def test_a_long_training_says_that_it_lives(
    sentences: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    signs: list[int] = []

    def slow(sample: list[str], vocab_size: int) -> bytes:
        while len(signs) < 3:
            time.sleep(0.01)
        return b"model"

    def progress(*, documents: int = 0, bytes: int = 0) -> None:
        signs.append(documents)

    monkeypatch.setattr(train, "_WATCH_SECONDS", 0.01)
    assert train._watched(partial(slow, sentences, 800), progress) == b"model"
    assert len(signs) >= 3


def test_a_cancelled_training_ends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train, "_WATCH_SECONDS", 0.01)
    go_on = threading.Event()

    def endless() -> bytes:
        go_on.wait(60)
        return b""

    def cancelled(*, documents: int = 0, bytes: int = 0) -> None:
        raise Cancelled("asked to stop")

    try:
        with pytest.raises(Cancelled):
            train._watched(endless, cancelled)
    finally:
        go_on.set()


@given(st.text())
def test_every_text_comes_back_from_its_ids(model: Path, text: str) -> None:
    processor = sentencepiece.SentencePieceProcessor(model_file=str(model))
    # This one is how sentencepiece writes a space.
    text = text.replace("▁", " ")
    assert processor.decode(processor.encode(text)) == text


@pytest.mark.parametrize("character", [" ", "\n", "\t", "\u3000", "𠮷", "😀"])
def test_blanks_and_rare_characters_survive(model: Path, character: str) -> None:
    processor = sentencepiece.SentencePieceProcessor(model_file=str(model))
    text = f"{character}春{character}{character}は{character}"
    assert processor.decode(processor.encode(text)) == text


def test_a_newline_is_one_piece_and_digits_stand_alone(model: Path) -> None:
    processor = sentencepiece.SentencePieceProcessor(model_file=str(model))
    pieces = processor.encode("今日\n2026年", out_type=str)
    assert pieces.count("\n") == 1
    assert [piece for piece in pieces if piece.isdigit()] == ["2", "0", "2", "6"]


@given(st.text(st.sampled_from("春は\n"), max_size=50), st.integers(0, 200))
def test_cut_lines_give_a_prefix_of_the_text_s_lines(text: str, allowance: int) -> None:
    found = list(cut_lines(text, allowance))
    assert found == [line for line in text.split("\n") if line][: len(found)]
    assert len("".join(found[:-1]).encode()) < max(1, allowance)


def test_a_long_line_is_cut_so_that_the_trainer_takes_it() -> None:
    assert [len(line) for line in cut_lines("あ" * 2_500, 1 << 20)] == [1_000, 1_000, 500]
