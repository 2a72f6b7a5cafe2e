"""Real articles of the shared corpora (when they are there), and one text against the rules."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from corpora.normalize.text import Policy, normalize
from corpora.recipe import Recipe
from corpora.rules import failing
from corpora.signals import GROUPS, SIGNALS

_MOST = 200


def passes(text: str, recipe: Recipe) -> bool:
    """Whether no active rule of the recipe drops a document of this text."""
    normal = normalize(text, Policy(**recipe.to_json()["normalization"]))
    for rule in recipe.active_rules:
        signal = SIGNALS[rule.signal]
        value = signal.of(text if GROUPS[signal.group].of == "raw" else normal)
        if failing(np.array([value], np.float32), rule.min, rule.max)[0]:
            return False
    return True


def _evenly(items: Iterable[str]) -> list[str]:
    every = list(items)
    return every[:: max(1, len(every) // _MOST)]


def _files(folder: Path, pattern: str) -> list[Path]:
    files = sorted(path for path in folder.glob(pattern) if path.name != "LICENSE.txt")
    return files[:: max(1, len(files) // _MOST)]


def _news(folder: Path) -> list[str]:
    # Address, date, then the article.
    paths = _files(folder / "livedoor_news", "*/*.txt")
    return [path.read_text("utf-8").split("\n", 2)[2] for path in paths]


def _securities(folder: Path) -> list[str]:
    reports = (
        json.loads(path.read_text("utf-8")) for path in _files(folder / "finance_chabsa", "*.json")
    )
    return ["\n".join(one["sentence"] for one in report["sentences"]) for report in reports]


def _medicine(folder: Path) -> list[str]:
    questions: dict[str, None] = {}
    for path in sorted((folder / "medical_jmed").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            questions.update(dict.fromkeys(row["question"] for row in csv.DictReader(file)))
    return _evenly(questions)


def _law(folder: Path) -> list[str]:
    with gzip.open(folder / "formats_law" / "law.jsonl.gz", "rt", encoding="utf-8") as file:
        return _evenly(json.loads(line)["text"] for line in file)


TRUSTED: dict[str, Callable[[Path], list[str]]] = {
    "livedoor_news": _news,
    "finance_chabsa": _securities,
    "medical_jmed": _medicine,
    "law": _law,
}
