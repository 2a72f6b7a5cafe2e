"""A real Celery worker, woken over a real Redis, does what the actions ask for."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from curation.actions import bulk, exports, recipes, runs, sources
from curation.actions.corpora import create_corpus
from curation.models import BulkJudgement, Export, Judgement, Run, Unit, User
from curation.queries.scan import Filter
from tests.integration.play import RECIPE, file_of

pytestmark = pytest.mark.django_db(transaction=True)


def wait(condition: Callable[[], bool], seconds: float = 200) -> None:
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "the worker did not get there in time"
        time.sleep(0.1)


def ended(run: Run) -> bool:
    run.refresh_from_db()
    return run.ended


def test_a_worker_reads_curates_exports_and_judges(
    worker: subprocess.Popen[bytes], engineer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = create_corpus(name="real", by=engineer)
    name, content = file_of(1)
    source, _ = sources.add_upload(
        corpus=corpus, file=SimpleUploadedFile(name, content), by=engineer
    )
    reading = source.runs.get()
    wait(lambda: ended(reading))
    recipe = recipes.save_recipe(
        name="real", toml=RECIPE.format(characters=40, hiragana=0.2), comment="", by=engineer
    )
    curating = runs.start_curation(corpora=[corpus], recipe=recipe, by=engineer)
    wait(lambda: ended(curating))
    assert curating.state == Run.State.DONE, curating.reason
    export = exports.create_export(
        snapshot=curating.snapshot, format=Export.Format.JSONL, settings={}, by=engineer
    )
    exporting = export.runs.get()
    wait(lambda: ended(exporting))
    export.refresh_from_db()
    assert export.documents == curating.snapshot.counts["kept"] > 0
    workers = set(Unit.objects.filter(known=False).values_list("worker", flat=True))
    assert workers, "no unit names the process that did it"
    assert str(worker.pid) not in {name.rpartition(":")[2] for name in workers}
    monkeypatch.setattr(bulk, "MOST_AT_ONCE", 1)
    every = curating.snapshot.counts["documents_in"]
    judging = bulk.judge_all(
        snapshot=curating.snapshot, wanted=Filter(), verdict="drop", expected=every, by=engineer
    )
    wait(lambda: BulkJudgement.objects.get().state == BulkJudgement.State.DONE)
    assert Judgement.objects.filter(bulk=judging, verdict="drop").count() == every
