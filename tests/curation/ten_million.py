"""How quickly the studio answers over ten million documents; no test, a person's measurement.

    PYTHONPATH=. python -m tests.curation.ten_million FOLDER [ROWS]

makes FOLDER a data folder with a snapshot of ROWS documents (tests/curation/large.py), once, and
prints for each question the median of several tries in this process, in seconds of wall and of
processor, and the memory that is this process's own. The machine's other work shows in the wall's
figure. ``manage.py workbench --data-dir FOLDER`` then serves the snapshot.
"""

# It prints, and the settings come from the environment, before Django is set up.
# ruff: noqa: T201

from __future__ import annotations

import os
import re
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    os.environ["KOTOGURA_DATA_DIR"] = str(Path(sys.argv[1]).resolve())
    os.environ["DJANGO_SETTINGS_MODULE"] = "curation.settings"

    import django

    django.setup()

import orjson
from django.core.management import call_command

from corpora.decisions.what_if import histogram
from corpora.recipe import Recipe
from curation.models import Snapshot
from curation.queries import studio
from curation.queries.histograms import whole
from curation.queries.measured import column
from curation.queries.what_if import BoardQuestion, CutQuestion, HoldQuestion, Question

ROWS = 10_000_000


def the_snapshot(rows: int) -> Snapshot:
    call_command("prepare", verbosity=0)
    name = f"large-{rows}"
    found = Snapshot.objects.filter(corpora__name=name).first()
    if found is None:
        # What makes it takes long to import.
        from curation.management.operator import operator
        from curation.store import store
        from tests.curation.large import large_snapshot

        found = large_snapshot(store(), rows, operator())
        print(f"{rows:,} documents are made; start again to measure them")
        raise SystemExit
    return found


def private_megabytes(process: str | int = "self") -> int:
    """Memory of a process that is no mapped file."""
    text = Path(f"/proc/{process}/smaps_rollup").read_text()
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


def questions(snapshot: Snapshot, recipe: Recipe) -> Mapping[str, Callable[[int], Question]]:
    rule = recipe.rules[2]
    found = whole(snapshot.manifest, rule.signal)

    def about(number: int) -> dict[str, Any]:
        settings = studio.settings_of(snapshot, moved(recipe, number))
        return {"snapshot": snapshot.pk, "settings": settings}

    limit: dict[str, Any] = {"rule": studio.limits_of(rule), "side": "min"}
    chart: dict[str, Any] = {
        "values": tuple(studio.chart_of(snapshot, rule).settings()),
        "edges": tuple(found.edges.tolist()),
    }
    return {
        "board: exact, by rule, source and domain": lambda n: BoardQuestion(**about(n + 9)),
        "the same asked again": lambda n: BoardQuestion(**about(9)),
        "taking hold: kept at each setting, bars": lambda n: HoldQuestion(
            **about(n), **limit, **chart
        ),
        "documents at the cut": lambda n: CutQuestion(**about(n), **limit),
    }


def main() -> None:
    snapshot = the_snapshot(int(sys.argv[2]) if len(sys.argv) > 2 else ROWS)
    before = time.process_time()
    from curation.what_if.answers import answered

    print(f"importing takes {time.process_time() - before:.2f} s")
    recipe = snapshot.recipe.value
    rows = snapshot.counts["documents_in"]
    print(
        f"{rows:,} documents, {len(recipe.active_rules)} rules, {private_megabytes()} MB at first"
    )
    asked = questions(snapshot, recipe)

    def ask(question: Question) -> None:
        answered(orjson.dumps(question))

    first = next(iter(asked.values()))
    timed("the first board of a process", lambda n: ask(first(n)), tries=1)
    for name, question in asked.items():
        timed(name, lambda n, question=question: ask(question(n)))
    values = column(snapshot.manifest, recipe.rules[2].signal)
    assert values is not None
    timed("one histogram", lambda n: histogram(values))


if __name__ == "__main__":
    main()
