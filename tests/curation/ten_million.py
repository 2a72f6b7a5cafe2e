"""How quickly the studio answers over ten million documents; no test, a person's measurement.

    PYTHONPATH=. python -m tests.curation.ten_million FOLDER [ROWS]

writes columns (signals of the sample's documents, drawn with replacement and shaken a little; a
tenth of the rows in clusters) as .npy files into FOLDER, once, and prints for each question the
median of several tries, in seconds of wall and of processor, and the memory that is this process's
own. The machine's other work shows in the wall's figure.
"""

# It prints, and Django is set up before its models are imported.
# ruff: noqa: E402, T201

from __future__ import annotations

import os
import re
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django
import numpy as np
import orjson
import zstandard

django.setup()

from curation.queries.field import Field

from corpora.decisions.choice import Members
from corpora.decisions.packed import Documents, People
from corpora.decisions.totals import Totals, totals
from corpora.decisions.what_if import Overrides, counts_between, histogram
from corpora.recipe import Recipe, load
from corpora.sample import SAMPLE_DIR
from corpora.signals import SIGNALS
from curation.queries import sliders, studio
from curation.queries.charts import chart

ROWS = 10_000_000
GROUPS = 40


def sampled(signals: list[str]) -> dict[str, np.ndarray[Any, Any]]:
    """Signals of the sample's web documents."""
    packed = (SAMPLE_DIR / "web.jsonl.zst").read_bytes()
    lines = zstandard.ZstdDecompressor().stream_reader(packed).read().splitlines()
    texts = []
    for line in lines:
        # A few of the sample's lines are broken on purpose.
        with suppress(orjson.JSONDecodeError, KeyError, TypeError):
            texts.append(str(orjson.loads(line)["text"]))
    return {
        name: np.array([SIGNALS[name].of(text) for text in texts], np.float32) for name in signals
    }


def write(folder: Path, rows: int, signals: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    draw = np.random.default_rng(7)
    found = sampled(signals)
    lengths = np.exp(draw.normal(0, 0.6, rows)).astype(np.float32)
    drawn = draw.integers(0, len(found["characters"]), rows, dtype=np.int32)
    for name, values in found.items():
        column = values[drawn]
        if SIGNALS[name].kind in ("count", "characters"):
            column = np.round(column * lengths)
        else:
            column *= 1 + draw.normal(0, 0.05, rows).astype(np.float32)
            column = np.maximum(column, 0)
        np.save(folder / f"{name}.npy", column.astype(np.float32))
    np.save(folder / "groups.npy", np.sort(draw.integers(0, GROUPS, rows).astype(np.uint16)))
    members = np.sort(draw.choice(rows, rows // 10, replace=False))
    clusters = draw.integers(0, len(members) // 3, len(members))
    exacts = np.where(
        draw.random(len(members)) < 0.4, clusters, len(members) + np.arange(len(members))
    )
    np.save(folder / "members.npy", np.stack([members, clusters, exacts]))


def opened(folder: Path, rows: int, recipe: Recipe) -> Field:
    needed = sorted({*recipe.signals, "japanese_letters"})
    if not (folder / "members.npy").exists():
        write(folder, rows, needed)
    columns = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in needed}
    where, clusters, exacts = np.load(folder / "members.npy")
    members = Members(
        rows=where, clusters=clusters, exacts=exacts, ranks=np.zeros(len(where), np.int64)
    )
    offsets = np.array([0], np.int64)
    some = np.zeros(rows, np.bool_)
    some[::1_000] = True
    people = People.of(Overrides(judged_drop=some, judged_keep=np.roll(some, 7)), rows)
    documents = Documents(columns, rows, offsets, members)
    return Field(sha256="", corpora=["web"], documents=documents, people=people)


def private_megabytes() -> int:
    """Memory of this process that is no mapped file."""
    text = Path("/proc/self/smaps_rollup").read_text()
    return sum(int(kb) for kb in re.findall(r"^Anonymous: +(\d+) kB", text, re.M)) // 1024


def timed(name: str, ask: Callable[[int], Any], tries: int = 5) -> None:
    walls, busy = [], []
    for number in range(tries):
        wall, processor = time.perf_counter(), time.process_time()
        ask(number)
        walls.append(time.perf_counter() - wall)
        busy.append(time.process_time() - processor)
    wall, processor = statistics.median(walls), statistics.median(busy)
    print(
        f"{name:44} {wall * 1e3:8.0f} ms {processor * 1e3:8.0f} ms  {private_megabytes()} MB",
        flush=True,
    )


def moved(recipe: Recipe, number: int) -> Recipe:
    """One limit a little tighter."""
    rules = list(recipe.rules)
    rules[2] = replace(rules[2], min=(rules[2].min or 0) + 0.003 * number)
    return replace(recipe, rules=tuple(rules))


def questions(field: Field, recipe: Recipe, groups: Any) -> Mapping[str, Callable[[int], Any]]:
    rule = recipe.rules[2]
    column = field.columns[rule.signal]
    found = histogram(column)
    settings = chart(found, rule).settings()
    edges = found.edges.tolist()

    last: list[Totals | None] = [None]

    def board(number: int) -> None:
        said = studio.answer(field, moved(recipe, number + 20))
        characters = field.columns["characters"]
        last[0] = totals(list(said.first.values()), groups, GROUPS, characters, last[0])

    return {
        "exact waterfall, one limit moved": lambda n: studio.what_if(field, moved(recipe, n + 9)),
        "the same with characters by group": board,
        "taking hold: kept at each setting, bars": lambda n: sliders.held(
            field, moved(recipe, n), rule, "min", settings, edges
        ),
        "documents at the cut": lambda n: sliders.at_the_cut(field, moved(recipe, n), rule, "min"),
        "one histogram": lambda n: histogram(column),
        "counts between edges": lambda n: counts_between(column, found.edges),
    }


def main() -> None:
    folder = Path(sys.argv[1])
    rows = int(sys.argv[2]) if len(sys.argv) > 2 else ROWS
    recipe = load("swallow")
    field = opened(folder, rows, recipe)
    groups = np.load(folder / "groups.npy", mmap_mode="r")
    print(
        f"{rows:,} documents, {len(recipe.active_rules)} rules, {private_megabytes()} MB at first"
    )
    timed("exact waterfall, nothing known yet", lambda n: studio.what_if(field, recipe), tries=1)
    for name, ask in questions(field, recipe, groups).items():
        timed(name, ask)


if __name__ == "__main__":
    main()
