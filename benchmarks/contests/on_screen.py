"""From an empty folder and one file to its documents on a page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.contest import Answers, Contender, Contest, Given
from benchmarks.workshop import Workshop

#: As many as the corpus gives, of so many code points; small, as records of the web often are.
_DOCUMENTS = 100_000
_CHARACTERS = 300
_CORES = 2


def _prepare(shop: Workshop) -> Given:
    path = shop.folder / "documents.jsonl"
    if not path.is_file():
        write_documents(shop, path)
    return Given(input=path)


def write_documents(shop: Workshop, path: Path) -> None:
    """The records of the contest, a line each."""
    with path.open("w", encoding="utf-8") as file:
        for number, text in zip(range(_DOCUMENTS), _pieces(shop), strict=False):
            record = {"id": number, "title": f"文書{number}", "text": text}
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


def _pieces(shop: Workshop) -> Iterator[str]:
    with shop.texts.open(encoding="utf-8") as lines:
        for line in lines:
            text = json.loads(line)["text"]
            for start in range(0, len(text), _CHARACTERS):
                if (piece := text[start : start + _CHARACTERS]).strip():
                    yield piece


def _agreement(shop: Workshop, given: Given, answers: Answers) -> Mapping[str, str]:
    return {
        label: f"{answer.counts['shown']:,.0f} documents shown" for label, answer in answers.items()
    }


CONTEST = Contest(
    name="on_screen",
    title="From an empty folder to documents on a page",
    contenders=(
        Contender(
            label="ours: read, shown as read",
            module="ours.on_screen",
            work="on_screen.read",
            cores=_CORES,
        ),
        Contender(
            label="ours: read, normalised, measured, indexed",
            module="ours.on_screen",
            work="on_screen",
            cores=_CORES,
        ),
        Contender(
            label="ours, keep-all: duplicates found besides",
            module="ours.on_screen",
            work="on_screen.keep_all",
            cores=_CORES,
        ),
        Contender(
            label="sqlite-utils and Datasette",
            module="peers.datasette",
            work="on_screen",
            cores=_CORES,
        ),
        Contender(
            label="the same with full-text search (trigram)",
            module="peers.datasette",
            work="on_screen.searchable",
            cores=_CORES,
        ),
    ),
    prepare=_prepare,
    agreement=_agreement,
    unit="documents",
    target="≥ 3× Datasette",
)
