from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpora.dedup.minhash import permutation_parameters, signature_of, signatures, signed
from corpora.dedup.shingles import gram_set, jaccard
from corpora.folding import fold, fold_points, fold_texts
from corpora.grams import multipliers
from corpora.kernels.text import Utf8

JAPANESE = st.text(st.characters(min_codepoint=0x3041, max_codepoint=0x30FF), max_size=60)
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def mixes(text: str, ngram: int = 5) -> set[int]:
    """The x of each gram by the formula of ``shingles``, in Python's own integers."""
    points = fold_points(text).tolist()
    factors = [int(k) for k in multipliers(ngram)]
    found = set()
    for place in range(len(points) - ngram + 1):
        window = points[place : place + ngram]
        x = sum(k * c for k, c in zip(factors, window, strict=True)) % 2**64
        found.add((x ^ x >> 32) * 0x9E37_79B9_7F4A_7C15 % 2**64)
    return found


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
    oracle.update_batch({x >> 32 for x in mixes(text)})
    found = signature_of(text, ngram=5, permutations=permutations)
    assert found is not None
    assert found.dtype == np.uint32
    assert found.tolist() == oracle.hashvalues.tolist()


def test_permutations_are_datasketch_s_own() -> None:
    from datasketch import MinHash

    ours = np.stack(permutation_parameters(128))
    assert (ours == MinHash(128, scheme="affine32").permutations).all()


@settings(max_examples=60)
@given(ANY, st.integers(1, 8))
@example("👩\u200d🌾𠮷か\u3099ﾊﾟ" * 3, 5)
def test_any_text_is_signed_as_datasketch_signs_it(text: str, ngram: int) -> None:
    from datasketch import MinHash

    oracle = MinHash(32, scheme="affine32", hashfunc=lambda value: value)
    oracle.update_batch({x >> 32 for x in mixes(text, ngram)})
    (row,) = signatures(fold_texts(Utf8.of([text])), ngram=ngram, permutations=32)
    assert row.tolist() == oracle.hashvalues.tolist()
    grams = {x ^ x >> 29 for x in mixes(text, ngram)}
    assert set(gram_set(text, ngram=ngram).tolist()) == grams


@settings(max_examples=50)
@given(st.lists(JAPANESE, max_size=8), st.sampled_from(["minhash", "one-permutation"]))
def test_a_batch_gives_what_each_text_gives_alone(texts: list[str], sketch: str) -> None:
    folded = fold_texts(Utf8.of(texts))
    matrix = signatures(folded, ngram=5, permutations=16, sketch=sketch)
    alone = [signature_of(t, ngram=5, permutations=16, sketch=sketch) for t in texts]
    assert signed(matrix).tolist() == [signature is not None for signature in alone]
    for row, signature in zip(matrix, alone, strict=True):
        assert signature is None or row.tolist() == signature.tolist()


@given(JAPANESE, JAPANESE, st.integers(1, 6))
def test_jaccard_is_that_of_the_sets_of_strings(one: str, other: str, ngram: int) -> None:
    def grams(text: str) -> set[str]:
        folded = fold(text)
        return {folded[n : n + ngram] for n in range(len(folded) - ngram + 1)}

    a, b = grams(one), grams(other)
    expected = len(a & b) / len(a | b) if a and b else 0.0
    assert jaccard(gram_set(one, ngram=ngram), gram_set(other, ngram=ngram)) == expected


@pytest.mark.parametrize("sketch", ["minhash", "one-permutation"])
@pytest.mark.parametrize("length", [300, 3_000])
def test_the_estimate_is_near_the_truth(sketch: str, length: int) -> None:
    draw = np.random.default_rng(5)
    one = "".join(map(chr, draw.integers(0x4E00, 0x5E00, length)))
    other = one[: length * 4 // 5] + "".join(map(chr, draw.integers(0x4E00, 0x5E00, length // 5)))
    truth = jaccard(gram_set(one, ngram=5), gram_set(other, ngram=5))
    both = [signature_of(text, ngram=5, permutations=1_024, sketch=sketch) for text in (one, other)]
    assert np.mean(both[0] == both[1]) == pytest.approx(truth, abs=0.05)
