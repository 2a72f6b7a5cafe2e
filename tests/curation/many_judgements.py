"""How long many judgements at once take, and what others wait meanwhile; no test, a measurement.

    DATABASE_URL=… PYTHONPATH=. python -m tests.curation.many_judgements FOLDER [DOCUMENTS]

curates short made-up documents into FOLDER (its own data folder, SQLite there if no other database
is named), has a second process judge them all and then undo that, as a worker does, and prints
seconds, the longest transaction, and how long pages and single judgements of this process took.
"""

# It prints, and Django is set up before its models are imported.
# ruff: noqa: T201

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    FOLDER = Path(sys.argv[1]).resolve()
    os.environ["KOTOGURA_DATA_DIR"] = str(FOLDER)
    os.environ["DJANGO_SETTINGS_MODULE"] = "curation.settings"

    import django

    django.setup()

import numpy as np
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from curation.actions import bulk as actions
from curation.actions import review, wake
from curation.models import BulkJudgement, Snapshot, User
from curation.queries.places import pick, places_of
from curation.queries.scan import Filter
from curation.store import store
from curation.tasks.bulk import TURN_SECONDS
from tests.curation.snapshots import RECIPE, document, make_corpus, make_recipe, make_snapshot

_PART = 20_000


def made(documents: int) -> Snapshot:
    call_command("migrate", verbosity=0)
    if known := Snapshot.objects.first():
        return known
    recipe = make_recipe(
        RECIPE.replace('mode = "near"', 'mode = "none"').replace("min = 30", "min = 1")
    )
    rows = [document(f"第{n}話は、朝から雨だった。", number=n) for n in range(documents)]
    parts = [rows[first : first + _PART] for first in range(0, documents, _PART)]
    User.objects.create_user(username="a", password="a", role="administrator")
    return make_snapshot(store(), make_corpus(store(), *parts), recipe=recipe)


def work(bulk_id: int) -> None:
    """A worker's turns to the end, in a process of its own."""
    longest: list[float] = []

    def timed(act: Any) -> Any:
        def run(*given: Any) -> Any:
            began = time.perf_counter()
            try:
                return act(*given)
            finally:
                longest.append(time.perf_counter() - began)

        return run

    actions._judge, actions._take_back = timed(actions._judge), timed(actions._take_back)  # type: ignore[assignment]
    began, turns = time.perf_counter(), 0
    due: BulkJudgement | None = BulkJudgement.objects.get(pk=bulk_id)
    while due is not None:
        due = actions.take_turn(due.pk, due.token, time.monotonic() + TURN_SECONDS)
        turns += 1
    print(
        f"  {time.perf_counter() - began:.1f} s, {time.process_time():.1f} s of processor, "
        f"{turns} turns; transactions: median {np.median(longest) * 1e3:.0f} ms, "
        f"longest {max(longest) * 1e3:.0f} ms"
    )


def beside(bulk: BulkJudgement, snapshot: Snapshot) -> None:
    """Ask for pages and judge single documents while the other process works."""
    client, by = Client(), User.objects.get(username="a")
    client.force_login(by)
    corpus = snapshot.corpora.get()
    (last,) = pick(snapshot.manifest, places_of(snapshot.manifest, [5]), {"documents": ("id",)})
    address = reverse("documents", args=[snapshot.pk])
    pages: list[float] = []
    words: list[float] = []
    client.get(address)
    with subprocess.Popen(
        [sys.executable, "-m", __spec__.name, str(FOLDER), "work", str(bulk.pk)]
    ) as other:
        while other.poll() is None:
            began = time.perf_counter()
            assert client.get(address).status_code == 200
            between = time.perf_counter()
            review.judge_document(corpus=corpus, document_id=last["id"], verdict="keep", by=by)
            pages.append(between - began)
            words.append(time.perf_counter() - between)
            time.sleep(0.1)
    for name, took in (("explore page", pages), ("one judgement", words)):
        p50, p95, most = (np.percentile(took, share) * 1e3 for share in (50, 95, 100))
        print(f"  {name}: {len(took)} times, median {p50:.0f}, p95 {p95:.0f}, most {most:.0f} ms")


def main() -> None:
    if sys.argv[2:3] == ["work"]:
        work(int(sys.argv[3]))
        return
    wake.judging = lambda bulk: None  # the other process does without messages
    snapshot = made(int(sys.argv[2]) if len(sys.argv) > 2 else 100_000)
    by = User.objects.get(username="a")
    rows = sum(part["rows"] for part in store().read_json(snapshot.manifest)["parts"])
    print(f"{rows:,} documents")
    bulk = actions.judge_all(
        snapshot=snapshot, wanted=Filter(), verdict="drop", expected=rows, by=by
    )
    print("judged")
    beside(bulk, snapshot)
    bulk.refresh_from_db()
    assert (bulk.state, bulk.done) == ("done", rows), (bulk.state, bulk.reason)
    actions.undo_all(bulk=bulk, by=by)
    print("undone")
    beside(bulk, snapshot)
    bulk.refresh_from_db()
    print(f"  {bulk.judged:,} judged, {bulk.undone:,} undone, {bulk.state}")


if __name__ == "__main__":
    main()
