from __future__ import annotations

import subprocess
import sys

from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpora.dedup.shingles import gram_set, jaccard
from corpora.grams import grams_of, jaccard_of

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@settings(max_examples=60)
@given(TEXT, TEXT, st.integers(1, 8), st.booleans(), st.booleans())
@example("地獄變、思ふ。👩\u200d🌾か\u3099ﾊﾟ" * 3, "地獄変、思う．𠮷", 5, True, True)
def test_the_sets_are_those_of_the_kernels(
    one: str, other: str, ngram: int, old_kanji: bool, kana: bool
) -> None:
    how = {"ngram": ngram, "old_kanji": old_kanji, "kana": kana}
    sets = [gram_set(text, **how) for text in (one, other)]  # type: ignore[arg-type]
    assert grams_of(one, **how).tolist() == sets[0].tolist()  # type: ignore[arg-type]
    assert jaccard_of(one, other, **how) == jaccard(*sets)  # type: ignore[arg-type]


def test_comparing_two_texts_loads_no_compiler() -> None:
    code = (
        "import sys; from corpora.grams import jaccard_of; jaccard_of('思ふ', '思う', ngram=1, "
        "kana=True); print('numba' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
