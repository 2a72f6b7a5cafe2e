"""An old run goes with what it alone held; what people built on stays."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils.translation import override

from corpora.storage import Store
from curation.actions.forgetting import forget
from curation.actions.runs import RunRefused
from curation.models import AuditEvent, Export, Run, SavedView, Snapshot, Unit, User
from curation.queries.forgetting import forgettable
from curation.upkeep.fsck import fsck
from curation.upkeep.gc import collect
from tests.curation.upkeep.test_gc import age
from tests.integration.play import Workbench

ENGLISH = {"Accept-Language": "en"}


def curate(bench: Workbench, characters: int) -> Run:
    bench.set_thresholds(characters, 0.2)
    return bench.work(bench.begin())


@pytest.fixture
def old(bench: Workbench) -> Run:
    """A run whose snapshot was published once and never exported."""
    old = curate(bench, 20)
    curate(bench, 30)
    return old


def test_a_forgotten_run_frees_what_it_alone_held(
    bench: Workbench, old: Run, store: Store, client_for
) -> None:
    view = SavedView.objects.create(name="short", snapshot=old.snapshot, owner=bench.by)
    age(store)
    assert collect(keep_days=1).bytes_freed == 0
    counted = forgettable(old)
    assert (counted.needed, counted.units) == ([], old.units.count())
    number, units = old.pk, old.units.count()
    client: Client = client_for("administrator")
    assert "Freed at most" in client.get(f"/runs/{number}/forget/", {}, headers=ENGLISH).text
    assert client.post(f"/runs/{number}/forget/").status_code == 302
    assert not Run.objects.filter(pk=number).exists()
    assert not Unit.objects.filter(run=number).exists()
    assert 0 < collect(keep_days=1).bytes_freed <= (counted.bytes or 0)
    assert [finding for finding in fsck(deep=True) if finding.wrong] == []
    view.refresh_from_db()
    bench.corpus.refresh_from_db()
    assert view.snapshot == bench.corpus.head
    assert AuditEvent.objects.get(action="run.forget").detail["units"] == units


def test_what_something_rests_on_is_kept_and_says_so(bench: Workbench, old: Run) -> None:
    exported = Export.objects.latest("pk").snapshot.run
    reading = Run.objects.filter(kind=Run.Kind.INGEST).latest("pk")
    for run, why in (
        (exported, "Exports were made from its snapshot"),
        (Snapshot.objects.latest("pk").run, "It is what is published"),
        (reading, "Documents of a source are traced"),
        (Export.objects.latest("pk").runs.get(), "What it made is traced"),
    ):
        with override("en"), pytest.raises(RunRefused, match=why):
            forget(run=run, by=bench.by)
    assert Run.objects.filter(pk=exported.pk).exists()


@pytest.mark.django_db
def test_a_curator_may_not(curator: User) -> None:
    with pytest.raises(PermissionDenied):
        forget(run=Run(), by=curator)
