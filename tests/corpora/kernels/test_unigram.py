"""Ids of the kernel are those of sentencepiece: for any model, of any text."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest
import sentencepiece
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpora.kernels.text import Utf8
from corpora.tokenization.probe import fields
from corpora.tokenization.unigram import Unigram
from tests.corpora.kernels.written_models import (
    CONTROL,
    NORMAL,
    UNUSED,
    USER_DEFINED,
    Written,
    written,
)
from tests.corpora.trusted import TRUSTED

_WORDS = [
    "春", "夏", "秋", "冬", "山", "川", "東京", "京都", "大学", "研究", "言葉", "文章", "子供",
    "美しい", "静かな", "歩く", "考える", "です", "ます", "という", "ことだった", "data", "the",
    "of", "and", "①", "㍿", "ﾃﾞｰﾀ", "ＡＢＣ", "１２３", "がぎ", "か\u3099", "ﬁ", "é",
]  # fmt: skip

#: What begins, ends or is within a rule, a symbol, a byte or a space of some model here.
_PARTS = [
    *_WORDS, "のはがを、。「」", "か", "\u3099", "\u309a", "は", "▁", "▁▁", " ", "  ", "   ",
    "\u3000", "\u3000 ", "\t", "\n", "\r\n", "\0", "\x01", "\x7f", "\u00a0", "\u200b", "\u200d",
    "\ufeff",
    "<s>", "</s>", "<unk>", "<0x41>", "<sep>", "<se", "<sep><sep2>", "a", "aa", "aaaa", "1", "2026",
    "𠮷", "😀", "👩\u200d🌾", "🏴\U000e0067\U000e007f", "葛\U000e0100", "각", "\u1100\u1161\u11a8",
    "ﷺ", "é", "e\u0301\u0323", "\ufffd", "\U0010ffff", "Ж", "ſ", "İ", "ß", "…", "ー", "〜",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(_PARTS), max_size=40).map("".join) | st.text(max_size=40)
CORNERS = ("", " ", "   ", "\u3000", "▁", " ▁ ", "\0", "\n", "\x01", " \x01 ", "あ" * 9_000)

_SYMBOLS = ["\n", "<sep>", "<sep><sep2>", "<se", "か\u3099", "  ", "▁▁a", "ＡＢ", "aaa", "a"]

TRAINED: dict[str, dict[str, object]] = {
    "as the workbench trains": {
        "normalization_rule_name": "identity", "add_dummy_prefix": False, "byte_fallback": True,
        "remove_extra_whitespaces": False, "user_defined_symbols": ["\n"], "split_digits": True,
    },
    "as sentencepiece trains": {},
    "identity": {"normalization_rule_name": "identity"},
    "nfkc": {"normalization_rule_name": "nfkc", "byte_fallback": True},
    "nmt_nfkc_cf": {"normalization_rule_name": "nmt_nfkc_cf", "remove_extra_whitespaces": False},
    "nfkc_cf, no prefix": {"normalization_rule_name": "nfkc_cf", "add_dummy_prefix": False},
    "symbols": {"user_defined_symbols": _SYMBOLS, "byte_fallback": True},
    "symbols, identity": {
        "user_defined_symbols": _SYMBOLS, "normalization_rule_name": "identity",
        "remove_extra_whitespaces": False,
    },
    "control symbols": {"control_symbols": ["<sep>", "春"]},
    "space as suffix": {"treat_whitespace_as_suffix": True, "byte_fallback": True},
    "space as suffix, identity, all spaces": {
        "treat_whitespace_as_suffix": True, "remove_extra_whitespaces": False,
        "normalization_rule_name": "identity", "allow_whitespace_only_pieces": True,
    },
}  # fmt: skip

#: How a model may treat spaces.
SPACES = [
    dict(zip(("dummy_prefix", "extra_whitespaces", "escape", "suffix"), ways, strict=True))
    for ways in product([True, False], repeat=4)
]


@lru_cache
def trained(name: str) -> bytes:
    draw = random.Random(name)
    lines = ["".join(draw.choices([*_WORDS, " ", "の", "は"], k=20)) for _ in range(400)]
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines), model_writer=model, vocab_size=500, num_threads=1,
        hard_vocab_limit=False, minloglevel=2, **TRAINED[name],
    )  # fmt: skip
    return model.getvalue()


def charsmap(rules: dict[str, str]) -> bytes:
    """The rules as sentencepiece compiles them."""
    spec = sentencepiece.SentencePieceNormalizer(norm_map=list(rules.items()))
    compiled = dict(fields(spec.serialized_normalizer_spec()))[2]
    assert isinstance(compiled, bytes)
    return compiled


@lru_cache(maxsize=4)
def known(data: bytes) -> tuple[Unigram | None, sentencepiece.SentencePieceProcessor]:
    """The kernel's model and the reference."""
    return Unigram.of(data), sentencepiece.SentencePieceProcessor(model_proto=data)


def agree(data: bytes, texts: Sequence[str]) -> None:
    model, reference = known(data)
    assert model is not None
    offsets, ids = model.encode(Utf8.of(texts))
    assert (offsets.dtype, ids.dtype) == (np.int64, np.int32)
    found = [ids[start:end].tolist() for start, end in pairwise(offsets)]
    assert found == [reference.EncodeAsIds(text) for text in texts]


@pytest.mark.parametrize("name", TRAINED)
@settings(max_examples=20)  # the first one waits for the compiler
@given(texts=st.lists(TEXTS, max_size=5))
@example(texts=list(CORNERS))
@example(texts=_PARTS)
def test_ids_of_trained_models(name: str, texts: list[str]) -> None:
    agree(trained(name), texts)


_LETTERS = "ab▁ か\u3099𠮷"
_SMALL = st.text(st.sampled_from(_LETTERS), min_size=1, max_size=4)


@st.composite
def models(draw: st.DrawFn) -> bytes:
    """Small models whose paths are often equal, with every type of piece, and rules."""
    names = draw(st.lists(_SMALL, min_size=1, max_size=14, unique=True))
    scores = st.sampled_from([-1.0, -2.0, -2.5, 0.0, 1.5, -0.1, -40_000.3])
    types = st.sampled_from([NORMAL, NORMAL, NORMAL, USER_DEFINED, UNUSED])
    # One that replaces a text by itself is none: without any, sentencepiece compiles nothing.
    rules = draw(st.dictionaries(_SMALL, st.text(st.sampled_from(_LETTERS), max_size=3)))
    rules = {key: replacement for key, replacement in rules.items() if key != replacement}
    return written(
        [Written("の", -1.0), *(Written(n, draw(scores), draw(types)) for n in names)],
        byte_fallback=draw(st.booleans()),
        charsmap=charsmap(rules) if rules else b"",
        **draw(st.sampled_from(SPACES)),
    )


@settings(max_examples=100)
@given(data=models(), texts=st.lists(st.text(st.sampled_from(_LETTERS), max_size=12), max_size=8))
def test_ids_of_any_model(data: bytes, texts: list[str]) -> None:
    agree(data, texts)


@pytest.mark.parametrize("spaces", SPACES, ids=str)
def test_spaces(spaces: dict[str, bool]) -> None:
    """Rules of spaces, and a literal ▁, at each end and alone."""
    rules = {"\u3000": " ", "x": "  ", "y": "", "z": " a ", "aa": " "}
    data = written([Written("▁a", -1), Written("a", -2)], charsmap=charsmap(rules), **spaces)
    agree(data, ["".join(text) for n in range(4) for text in product(" \u3000xyza▁", repeat=n)])


def test_long_texts_whose_scores_are_taken_back() -> None:
    """Beyond 100,000 sentencepiece begins again at 0, and rounds otherwise than before."""
    draw = random.Random(1)
    names = {"".join(draw.choices("あいうabc", k=draw.randint(1, 4))) for _ in range(120)}
    pieces = [Written(name, -draw.random() * 20) for name in sorted(names)]
    text = "".join(draw.choices("あいうabcえ", k=200_000))
    for score in (-3_000.7, 900.1):
        agree(written([*pieces, Written("いa", score)], byte_fallback=True), [text, text[:9]])


def test_a_vocabulary_of_more_than_65_535_pieces() -> None:
    draw = random.Random(1)
    alphabet = [chr(point) for point in (*range(0x4E00, 0x9FFF), *range(0x20000, 0x20100))]
    drawn = ("".join(draw.choices(alphabet, k=draw.choice((2, 2, 3)))) for _ in range(66_000))
    names = list(dict.fromkeys(drawn))
    data = written([Written(name, -draw.random() * 12) for name in names], byte_fallback=True)
    texts = ["".join(draw.choices(names, k=300)) for _ in range(60)]
    agree(data, texts)
    _, reference = known(data)
    assert max(max(reference.EncodeAsIds(text)) for text in texts) > 0xFFFF


def test_of_equal_paths_the_first_stays() -> None:
    pieces = [Written(name, -float(len(name))) for name in ("a", "aa", "aaa", "b", "ab", "ba")]
    agree(written(pieces), ["".join(text) for text in product("ab", repeat=8)])


@pytest.mark.parametrize("byte_fallback", [True, False])
def test_characters_that_are_no_pieces(byte_fallback: bool) -> None:
    data = written([Written("a", -1)], byte_fallback=byte_fallback)
    agree(data, ["é", "あい", "aあい𠮷aあ", "\0", "a\0\0a", "\U0010ffff\x7f\x80߿ࠀ\uffff\U00010000"])


def test_control_symbols_in_a_text_are_text() -> None:
    agree(written([Written("<", -1), Written("</s>", -1, CONTROL)]), ["<s>", "</s><unk>"])


@pytest.mark.parametrize("name", ["llm-jp", "code10K", "cc100"])
@settings(max_examples=20)
@given(texts=st.lists(TEXTS, max_size=5))
@example(texts=list(CORNERS))
def test_ids_of_published_models(name: str, texts: list[str], shared_corpora: Path) -> None:
    agree(_published(shared_corpora, name), texts)


@pytest.mark.parametrize("name", ["llm-jp", "code10K", "cc100"])
def test_ids_of_real_articles(name: str, shared_corpora: Path) -> None:
    texts = [text for read in TRUSTED.values() for text in read(shared_corpora)[::4]]
    agree(_published(shared_corpora, name), texts)


@lru_cache
def _published(shared_corpora: Path, name: str) -> bytes:
    (path,) = (shared_corpora / "models_spm").glob(f"{name}*.model")
    return path.read_bytes()


_A = Written("a", -1.0)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(written([_A])[:-3], id="cut short"),
        pytest.param(written([_A], type=2), id="BPE"),
        pytest.param(written([]), id="no ordinary piece"),
        pytest.param(written([Written(b"\xe3\x81", -1)]), id="part of a character"),
        pytest.param(written([Written("a", float("nan"))]), id="a score that is no number"),
        pytest.param(written([Written("a", -1e30)]), id="a huge score"),
        pytest.param(written([Written("a" * 1_024, -1.0)]), id="a long piece"),
        pytest.param(written([_A], charsmap=b"\0\4\0\0" + b"\xff" * 1_025), id="no charsmap"),
        pytest.param(
            written([_A, *(Written("a" * n, 0.0, USER_DEFINED) for n in range(2, 70))]),
            id="symbols within symbols",
        ),
    ],
)
def test_what_is_left_to_sentencepiece(data: bytes) -> None:
    assert Unigram.of(data) is None


@settings(max_examples=100)
@given(place=st.integers(0, 5_000), value=st.binary(min_size=1, max_size=8))
def test_a_damaged_charsmap_is_refused_or_read_as_sentencepiece_does(
    place: int, value: bytes
) -> None:
    whole = charsmap({"か\u3099": "が", "①": "1", "aa": "b"})
    data = written([_A], charsmap=whole[:place] + value + whole[place + len(value) :])
    try:
        model, _ = known(data)
    except RuntimeError:
        return
    if model:
        agree(data, _PARTS)


def test_texts_that_are_not_utf8_are_refused() -> None:
    texts = Utf8.checked(np.array([0, 1]), np.array([0xFF], np.uint8))
    with pytest.raises(ValueError, match="not UTF-8"):
        Unigram.of(written([_A])).encode(texts)  # type: ignore[union-attr]
