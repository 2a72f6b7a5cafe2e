"""What kernels measure of a batch is what the signals' own functions say of each text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpora.kernels.text import Utf8
from corpora.sample.build import sample_documents
from corpora.signals import GROUPS, members
from corpora.signals.batch import Batch
from corpora.signals.columns import by_text, measured
from tests.corpora.signals.test_naive import CORNERS, TEXTS
from tests.corpora.trusted import TRUSTED

KERNELS = [name for name in GROUPS if measured(name) is not None]
#: Few characters, so that n-grams, lines and words come again.
REPEATING = st.lists(
    st.sampled_from(["茶", "の湯", "。", "\n", "\n\n", "…", "ー", "a", " ", "1", "激安", "通販"]),
    max_size=80,
).map("".join)
#: Where lines, marks, keys and tables have their edges.
EDGES = (
    "\r\n茶\r\n茶\r湯\r\n",
    "\x0c茶\x1c\n\x85茶\u2028\n茶\x0b\n\u3000茶\u3000\n 茶",
    "\u200b\n\u200b茶\n\ufeff\n\x00\n\x00\x00",
    "。。!?\n?茶。。 。\n。\n  。湯！",
    "茶\n\n\n茶\n \n茶\n\n \n\n茶\n\n茶",
    "1.\n12)\n123.\n(1)\n(12．\n((1)\n(・\n1\n１２）\n(\n-\n1２.",
    "..\n...\n.\n・\n・・\n‥\n…。\n」\n..・",
    "𠮷𠮷𠮷\n👩\u200d🌾\n𠮷𠮷𠮷\n\U0010ffff\U0010ffff",
    "ーカー アー\u3000ーー★★あ★\nあーあー",
    "東京都",
    "東京都大阪府" * 20,
    "Tea あ" * 3,
    "あ" + "Tea for two. " * 30,
)
#: 16 MB of 6,000,000 code points: a fifth comes again, the rest is as random as text can be.
RARE = np.random.default_rng(5).integers(0x4E00, 0x9FA0, 4_800_000, np.uint32)
HUGE = np.concatenate([RARE, RARE[:1_200_000]]).tobytes().decode("utf-32-le")


def agree(group: str, texts: Sequence[str]) -> None:
    """float32 for float32: a threshold must not depend on who measured."""
    measure = measured(group)
    assert measure is not None
    reference = by_text({signal.name: signal.measure for signal in members(group)})
    wanted = reference(Batch(Utf8.of(texts)))
    found = measure(Batch(Utf8.of(texts)))
    assert set(found) == set(wanted)
    for name, column in wanted.items():
        assert found[name].dtype == np.float32
        differ = np.flatnonzero(found[name] != column).tolist()
        assert not differ, (name, [texts[n][:80] for n in differ], found[name][differ])


@pytest.mark.parametrize("group", KERNELS)
@given(texts=st.lists(TEXTS | REPEATING, max_size=5))
@example(texts=list(CORNERS))
@example(texts=list(EDGES))
@example(texts=[])
def test_on_any_text(group: str, texts: list[str]) -> None:
    agree(group, texts)


@pytest.mark.parametrize("group", KERNELS)
def test_on_the_sample(group: str) -> None:
    agree(group, [document.text for document in sample_documents()])


@pytest.mark.parametrize("group", KERNELS)
@pytest.mark.parametrize("corpus", TRUSTED)
def test_on_real_articles(group: str, corpus: str, shared_corpora: Path) -> None:
    agree(group, TRUSTED[corpus](shared_corpora))


@pytest.mark.parametrize("group", [name for name in KERNELS if name != "compression"])
def test_on_a_document_of_16_mb(group: str) -> None:
    agree(group, ["前", HUGE, "後"])
