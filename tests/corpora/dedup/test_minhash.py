from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.dedup.folding import fold, fold_points
from corpora.dedup.minhash import permutation_parameters, signature_of, signatures
from corpora.dedup.shingles import gram_set, jaccard, mixed_grams

JAPANESE = st.text(st.characters(min_codepoint=0x3041, max_codepoint=0x30FF), max_size=60)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。", id="short"
        ),
        pytest.param("ｶﾞｽ代 ①〜㉑ 𠮷野家 😀 地獄變", id="folded, astral"),
        pytest.param("あいうえおかきくけこ" * 7_000, id="longer than a block"),
    ],
)
@pytest.mark.parametrize("permutations", [128, 100])
def test_signatures_are_datasketch_s_own(text: str, permutations: int) -> None:
    from datasketch import MinHash

    oracle = MinHash(permutations, scheme="affine32", hashfunc=lambda value: value)
    oracle.update_batch({int(x) >> 32 for x in mixed_grams(fold_points(text), 5)})
    found = signature_of(text, ngram=5, permutations=permutations)
    assert found is not None
    assert found.dtype == np.uint32
    assert found.tolist() == oracle.hashvalues.tolist()


def test_permutations_are_datasketch_s_own() -> None:
    from datasketch import MinHash

    ours = np.stack(permutation_parameters(128))
    assert (ours == MinHash(128, scheme="affine32").permutations).all()


@settings(deadline=None, max_examples=50)
@given(st.lists(JAPANESE, max_size=8))
def test_a_batch_gives_what_each_text_gives_alone(texts: list[str]) -> None:
    signed, matrix = signatures([fold_points(t) for t in texts], ngram=5, permutations=16)
    alone = {n: signature_of(t, ngram=5, permutations=16) for n, t in enumerate(texts)}
    assert signed.tolist() == [n for n, signature in alone.items() if signature is not None]
    for row, place in zip(matrix, signed.tolist(), strict=True):
        assert row.tolist() == alone[place].tolist()  # type: ignore[union-attr]


@given(JAPANESE, JAPANESE, st.integers(1, 6))
def test_jaccard_is_that_of_the_sets_of_strings(one: str, other: str, ngram: int) -> None:
    def grams(text: str) -> set[str]:
        folded = fold(text)
        return {folded[n : n + ngram] for n in range(len(folded) - ngram + 1)}

    a, b = grams(one), grams(other)
    expected = len(a & b) / len(a | b) if a and b else 0.0
    assert jaccard(gram_set(one, ngram=ngram), gram_set(other, ngram=ngram)) == expected


def test_the_estimate_is_near_the_truth() -> None:
    draw = np.random.default_rng(5)
    one = "".join(map(chr, draw.integers(0x4E00, 0x5E00, 3_000)))
    other = one[:2_400] + "".join(map(chr, draw.integers(0x4E00, 0x5E00, 600)))
    truth = jaccard(gram_set(one, ngram=5), gram_set(other, ngram=5))
    both = [signature_of(text, ngram=5, permutations=1_024) for text in (one, other)]
    assert np.mean(both[0] == both[1]) == pytest.approx(truth, abs=0.05)
