"""The hash of a passage is what its definition says, whatever stands around it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.kernels.passages import passage_hashes
from corpora.kernels.text import Utf8, decode

ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
MASK = (1 << 64) - 1


def naive(text: str, seed: int) -> int:
    mixed = seed
    for character in text:
        mixed = (mixed ^ ord(character)) * 0x9E37_79B9_7F4A_7C15 & MASK
        mixed ^= mixed >> 29
    mixed = mixed * 0xD6E8_FEB8_6659_FD93 & MASK
    mixed ^= mixed >> 32
    return mixed * 0x9E37_79B9_7F4A_7C15 & MASK


@given(st.lists(st.tuples(ANY, st.integers(0, MASK)), max_size=6))
def test_the_hash_is_its_definition(passages: list[tuple[str, int]]) -> None:
    texts, seeds = [text for text, _ in passages], [seed for _, seed in passages]
    found = passage_hashes(decode(Utf8.of(texts)), np.array(seeds, np.uint64))
    assert found.tolist() == [naive(*passage) for passage in passages]


def test_many_passages_share_no_hash_and_spread_over_the_first_bits() -> None:
    texts = [f"第{number}条" for number in range(100_000)]
    found = passage_hashes(decode(Utf8.of(texts)), np.ones(len(texts), np.uint64))
    assert len(np.unique(found)) == len(texts)
    shares = np.bincount((found >> np.uint64(56)).astype(np.int64), minlength=256)
    # 390 each, give or take 20: six standard deviations.
    assert 270 < shares.min() <= shares.max() < 510


def test_there_is_one_seed_a_passage() -> None:
    with pytest.raises(ValueError, match="one seed"):
        passage_hashes(decode(Utf8.of(["茶", "湯"])), np.ones(1, np.uint64))
