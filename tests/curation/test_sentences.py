"""What the data plane says comes out in Japanese, sentence by sentence of its source."""

from __future__ import annotations

import ast
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation import override

import corpora
from corpora import recipe as recipes
from corpora.errors import KotoguraError, SourceError
from curation.sentences import said

_ROOT = Path(corpora.__file__).parent
#: What only the command line and its machines read; and why a model is left to sentencepiece.
_UNSEEN = {
    "__main__.py",
    "charsmap.py",
    "command.py",
    "judgements_file.py",
    "materialise.py",
    "pipeline.py",
    "probe.py",
    "pull.py",
    "text_spans.py",
    "texts.py",
    "transfer.py",
    "unigram.py",
    "unigram_model.py",
}
#: What a kernel refuses is no input of anybody's but a fault of the product; the sample is ours.
_FAULTS = {"arrays.py", "kernels", "sample"}
_CALLS = re.compile(
    r"(Error|Refused|Unfit|rejected|Rejected|_refused|_unread|_passing|_Passing|_failed)$"
)


def _texts(node: ast.expr) -> Iterator[str]:
    """A call's argument as it may come out: 7 for whatever is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(
            part.value if isinstance(part, ast.Constant) else "7"  # type: ignore[misc]
            for part in node.values
        )


def _name(function: ast.expr) -> str:
    """What is called, by its last name."""
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _sentences() -> list[str]:
    found: set[str] = set()
    for path in _ROOT.rglob("*.py"):
        if path.name in _UNSEEN or not _FAULTS.isdisjoint(path.relative_to(_ROOT).parts):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and _CALLS.search(_name(node.func)):
                values = [*node.args, *(keyword.value for keyword in node.keywords)]
                found.update(text for value in values for text in _texts(value))
    return sorted(text for text in found if re.search(r"[a-z] ", text))


def test_every_sentence_is_said_in_japanese() -> None:
    sentences = _sentences()
    assert len(sentences) > 200
    with override("ja"):
        assert [english for english in sentences if not _translated(english)] == []
    with override("en"):
        assert [english for english in sentences if said(english) != english] == []


def _translated(english: str) -> bool:
    after_another = f"not a SentencePiece model. {english}"
    return said(english) != english or english not in said(after_another)


@pytest.mark.parametrize(
    ("english", "japanese"),
    [
        pytest.param(
            "not valid JSON: unexpected end of data: line 1 column 56 (char 55)",
            "JSON として読めません: 途中で終わっています（1 行 56 列、先頭から 55 文字）",
            id="what a sentence quotes is said as well",
        ),
        pytest.param(
            SourceError(
                "棚/a.gz", 812, "the gzip data is cut short; what came before the cut was read.",
                remedy="Fetch the file again.",
            ),
            "棚/a.gz, 812 バイト目: gzip データが途中で切れています。それより前は読み込みました。"
            "ファイルを取得し直してください。",
            id="a place stays, a remedy follows",
        ),
        pytest.param(
            SourceError("a.bin", None, "cannot be read: Permission denied."),
            "a.bin: 読めません: 権限がありません。",
            id="the system's own words",
        ),
        pytest.param("ValueError: not ours.", "ValueError: not ours.", id="what is not known"),
        pytest.param("すでに日本語です。", "すでに日本語です。", id="Japanese already"),
    ],
)  # fmt: skip
def test_what_a_page_says(english: object, japanese: str) -> None:
    with override("ja"):
        assert said(english) == japanese


@pytest.mark.parametrize(
    ("toml", "japanese"),
    [
        ("min = ", "mine.toml を TOML として読めません: 末尾、値が正しくありません。"),
        ('name = "x"\nfoo = 1', "mine.toml のキー「foo」は使えません。"),
        ("[dedup]\nngram = 0", "mine.toml: [dedup]: ngram の値が 0 になっています。"),
        ('[dedup]\nmode = "nera"', "の値が「nera」になっています。"),
        (
            '[[rules]]\nname = "r"\nsignal = "hirgana_share"\nmin = 0.1',
            '指標「hirgana_share」はありません。もしかして: "hiragana_share"',
        ),
        (
            '[[rules]]\nname = "r"\nsignal = "hiragana_share"\nmin = 2',
            "min が 2 ですが、hiragana_share の値は 0 から 1 までの割合です。"
            "min を 0 から 1 までの割合にしてください。",
        ),
    ],
)
def test_what_is_wrong_with_a_recipe(toml: str, japanese: str) -> None:
    with pytest.raises(KotoguraError) as refusal:
        recipes.parse(toml, where="mine.toml")
    with override("ja"):
        assert japanese in said(refusal.value)


def test_a_hostile_text_does_not_hold_a_page_up() -> None:
    """Forms are tried at every colon of a text that somebody else wrote."""
    begun = time.process_time()
    with override("ja"):
        said(": is " * 199)
    assert time.process_time() - begun < 2
