"""Looking for documents among 100,000: how long an answer takes, and whether it is right.

What is right is counted by the plainest program there is. Words are looked for as they are
written; ours finds them in old and new kanji, too, and is held to that.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.contest import Answer, Contender, Given, WorkFailed, run
from benchmarks.contests.on_screen import write_documents
from benchmarks.environments import ROOT, PeerMissing
from benchmarks.looking import FIRST, QUESTIONS, Wording
from benchmarks.ours.on_screen import PLAIN
from benchmarks.results import Result
from benchmarks.workshop import Workshop
from corpora.search.folding import fold

_CORES = 2

CONTENDERS = tuple(
    Contender(label=label, module=module, work=work, cores=_CORES)
    for label, module, work in (
        ("ours, the page", "ours.questions", "questions.first_page"),
        ("ours, the page counted to the end", "ours.questions", "questions"),
        ("Datasette, in the page", "peers.datasette", "questions"),
        ("the same, SQLite full-text (unicode61)", "peers.datasette", "questions.unicode61"),
        ("the same, SQLite full-text (trigram)", "peers.datasette", "questions.trigram"),
        ("PostgreSQL, LIKE", "peers.postgresql", "questions"),
        ("PostgreSQL, LIKE with pg_trgm", "peers.postgresql", "questions.trigram"),
        ("PostgreSQL, full-text search", "peers.postgresql", "questions.full_text"),
        ("duckdb, over Parquet", "peers.duckdb", "questions"),
        ("duckdb, its own table", "peers.duckdb", "questions.table"),
        ("polars, over Parquet", "peers.polars", "questions"),
        ("polars, in memory", "peers.polars", "questions.memory"),
    )
)

#: The first of each warms up.
_WORDS = ("日本", "大学", "時間", "世界", "東京", "自分")
_COLUMNS = (
    "kana_share",
    "hiragana_share",
    "katakana_share",
    "kanji_share",
    "japanese_share",
    "particle_share",
)
_LIMITED = "hiragana_share"
#: Of the documents, so many are below the limits.
_SHARES = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
#: A rare word is in so many documents.
_LEAST, _MOST = 3, 30
_KANJI = re.compile(r"[\u4e00-\u9fff]{3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """The numbers of the documents that a wording finds, in the corpus' order."""

    written: list[int]
    #: With old and new kanji alike.
    folded: list[int]


def study(shop: Workshop) -> Result:
    folder = shop.folder / "questions"
    folder.mkdir()
    table = _documents(shop, folder)
    asked = _wordings(table, shop.seed)
    rows = [asdict(wording) for wording in asked]
    (folder / "wordings.json").write_text(json.dumps(rows, ensure_ascii=False), "utf-8")
    right = _right(asked, table)
    answers: dict[str, list[Answer]] = {}
    failed: dict[str, str] = {}
    contenders = [one for one in CONTENDERS if shop.wants(one.peer)]
    for number in range(shop.rounds):
        for contender in contenders if number % 2 == 0 else reversed(contenders):
            if contender.label in failed:
                continue
            print(f"questions, round {number + 1}: {contender.label}", file=sys.stderr, flush=True)
            place = contenders.index(contender)
            out = folder / "kept" / str(place) if number == 0 else None
            try:
                answer = run(contender, Given(input=folder), out)
            except (WorkFailed, PeerMissing) as error:
                failed[contender.label] = str(error)
            else:
                answers.setdefault(contender.label, []).append(answer)
    done = [_told(one, answers[one.label], right) for one in contenders if one.label in answers]
    return Result(
        name="questions",
        title="Looking for documents among 100,000",
        columns=("", *QUESTIONS.values()),
        rows=[
            *([one["label"], *map(_cell, one["questions"].values())] for one in done),
            *([label, f"not measured: {why}", *[""] * 4] for label, why in failed.items()),
        ],
        data=[*done, *({"label": label, "failed": why} for label, why in failed.items())],
        notes=[
            "Median of five wordings of each question, in brackets by processor time; none is "
            f"asked twice. The number of documents and, but of a limit alone, the first {FIRST}.",
            "To reach: ours ≤ 100 ms each, in the page. It shows the first documents and what it "
            "has counted by then; the count goes on in the page by itself.",
            "Words as written: "
            + ", ".join(
                f"{wording.word} in {len(right[wording.name].written):,}"
                for wording in asked
                if wording.number and wording.question in ("word", "rare")
            )
            + ".",
            "Ours finds old and new kanji alike (大學 is 大学) and is held to that; where both "
            "differ, the others are held to what is written.",
            "Of a histogram it is looked at whether its bars hold all documents.",
        ],
    )


# -- what is asked of ------------------------------------------------------------------------------


def _documents(shop: Workshop, folder: Path) -> pa.Table:
    """Number, title, normalised text and shares: a table in Parquet, and the records as lines."""
    records = folder / "records.jsonl"
    write_documents(shop, records)
    recipe = folder / "plain.toml"
    recipe.write_text(PLAIN)
    out = folder / "run"
    command = [sys.executable, "-m", "corpora", "run", str(recipe), str(records), "--out", str(out)]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    read, measured = _parts(out / "documents"), _parts(out / "signals")
    numbers = [int(title.removeprefix("文書")) for title in _values(read, "title")]
    columns = {"id": pa.array(numbers), "title": read["title"], "text": read["text"]}
    table = pa.table({**columns, **{name: measured[name] for name in _COLUMNS}})
    pq.write_table(table, folder / "documents.parquet", compression="zstd")
    with (folder / "documents.jsonl").open("w", encoding="utf-8") as file:
        for batch in table.to_batches():
            for row in batch.to_pylist():
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return table


def _parts(folder: Path) -> pa.Table:
    return pa.concat_tables(pq.read_table(path) for path in sorted(folder.glob("*.parquet")))


def _values(table: pa.Table, name: str) -> list[Any]:
    return table[name].to_pylist()


def _wordings(table: pa.Table, seed: int) -> list[Wording]:
    values: list[Any] = sorted(_values(table, _LIMITED))
    limits = [round(values[int(share * (len(values) - 1))], 4) for share in _SHARES]
    rare = _rare(_values(table, "text"), len(_WORDS), seed)
    found = []
    for n, (word, limit) in enumerate(zip(_WORDS, limits, strict=True)):
        found += [
            Wording(question="word", number=n, word=word, column="", least=0),
            Wording(question="rare", number=n, word=rare[n], column="", least=0),
            Wording(question="number", number=n, word="", column=_LIMITED, least=limit),
            Wording(question="both", number=n, word=_WORDS[n - 1], column=_LIMITED, least=limit),
            Wording(question="histogram", number=n, word="", column=_COLUMNS[n], least=0),
        ]
    return found


def _rare(texts: Sequence[str], many: int, seed: int) -> list[str]:
    """Three kanji in a row that few documents have."""
    draw = random.Random(seed)
    found: list[str] = []
    while len(found) < many:
        text = draw.choice(texts)
        words = _KANJI.findall(text)
        if not words:
            continue
        word = draw.choice(words)
        if word not in found and _LEAST <= sum(word in other for other in texts) <= _MOST:
            found.append(word)
    return found


# -- what is right ---------------------------------------------------------------------------------


def _right(asked: Sequence[Wording], table: pa.Table) -> dict[str, Right]:
    numbers, texts = _values(table, "id"), _values(table, "text")
    folded = list(map(fold, texts))
    found = {}
    for wording in asked:
        places: Sequence[int] = range(len(numbers))
        if wording.question in ("number", "both"):
            values = _values(table, wording.column)
            places = [place for place in places if values[place] >= wording.least]
        word = fold(wording.word)
        found[wording.name] = Right(
            written=[numbers[place] for place in places if wording.word in texts[place]],
            folded=[numbers[place] for place in places if word in folded[place]],
        )
    return found


def _told(
    contender: Contender, answers: Sequence[Answer], right: Mapping[str, Right]
) -> dict[str, Any]:
    ours = contender.peer is None
    questions = {}
    for question in QUESTIONS:
        names = [f"{question}.{n}" for n in range(1, len(_WORDS))]
        wanted = {name: right[name].folded if ours else right[name].written for name in names}
        counts = answers[0].counts
        questions[question] = {
            "seconds": [answer.counts[f"{n}.seconds"] for answer in answers for n in names],
            "cpu_seconds": [answer.counts[f"{n}.cpu"] for answer in answers for n in names],
            "found": {name: int(counts[f"{name}.found"]) for name in names},
            "right": {name: len(wanted[name]) for name in names},
            "first_right": all(
                _first(answers[0], name) in ([], wanted[name][:FIRST]) for name in names
            ),
        }
    return {
        "label": contender.label,
        "versions": dict(answers[0].versions),
        "questions": questions,
    }


def _first(answer: Answer, name: str) -> list[int]:
    kept = array("q")
    kept.frombytes(Path(answer.results[name]).read_bytes())
    return list(kept)


def _cell(told: Mapping[str, Any]) -> str:
    """Times, and what is not right with the answer."""
    spent = [median(told[name]) * 1_000 for name in ("seconds", "cpu_seconds")]
    said = f"{spent[0]:,.1f} ms ({spent[1]:,.1f})"
    found, right = sum(told["found"].values()), sum(told["right"].values())
    if told["found"] != told["right"]:
        return f"{said}, found {found:,} of {right:,}"
    return f"{said}, right" if told["first_right"] else f"{said}, count right, others first"
