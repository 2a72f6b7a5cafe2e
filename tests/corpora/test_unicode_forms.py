"""Normal forms of text that is all marks."""

from __future__ import annotations

import unicodedata
from random import Random
from typing import Literal

import pytest

from corpora.composition import changing
from corpora.folding import fold
from corpora.normalize.differences import differences
from corpora.normalize.text import Policy, normalize
from corpora.unicode_forms import normal_form
from tests.fuzz.limits import limited

MARKS = [point for point in changing() if unicodedata.combining(chr(point))]


@pytest.mark.parametrize("form", ["NFC", "NFKC"])
def test_they_are_those_of_unicodedata(form: Literal["NFC", "NFKC"]) -> None:
    random = Random(5)
    for _ in range(2_000):
        letters = [*random.choices("aéẛ̣か猫각가ﬁ゛", k=3), chr(random.choice(changing()))]
        marks = [chr(point) for point in random.choices(MARKS, k=90)] + list("\uff9e\u0f73\u0344")
        text = "".join(random.choices(marks + letters, k=random.randrange(200)))
        assert normal_form(form, text) == unicodedata.normalize(form, text), ascii(text)


def test_a_letter_with_endless_marks_takes_no_endless_time() -> None:
    text = "a" + "\u0301\u0316" * 100_000
    with limited(10):
        done = normalize(text, Policy())
        assert fold(text) == done
        assert [change.after for change in differences(text, Policy())] == [done]
    assert done == "á" + "\u0316" * 100_000 + "\u0301" * 99_999
