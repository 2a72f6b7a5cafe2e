"""Turning a finished run into what it was for: a source, a snapshot, a tokenizer, an export."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from corpora.ingest.accounts import joined
from corpora.lost_files import lost_files
from corpora.plans import accounts_of, only, parts_of, records_of
from corpora.snapshots import add
from corpora.tokenization.models import check_model
from curation.models import Corpus, Export, Run, Snapshot, Source, Tokenizer
from curation.plans import results_of
from curation.store import store


@transaction.atomic
def finish(run: Run) -> None:
    """Publish the run's result and end it, in one transaction."""
    _PUBLISHERS[Run.Kind(run.kind)](run)
    Run.objects.filter(pk=run.pk).update(state=Run.State.DONE, ended_at=Now(), reason="")
    run.refresh_from_db()


def _ingest(run: Run) -> None:
    source = run.source
    assert source is not None
    results = results_of(run)
    done = [outcome.result for outcome in results["ingest"] if outcome.result]
    accounts = list(accounts_of(results, "files"))
    if lost := lost_files(results):
        accounts.append(store().put_json(lost))
    files = joined(file for blob in accounts for file in store().read_json(blob))
    Source.objects.filter(pk=source.pk).update(
        parts=[part.to_json() for part in parts_of(results)],
        files=accounts,
        quarantine=list(accounts_of(results, "quarantine")),
        fetched=list(records_of(results)),
        documents=sum(result.counts["documents"] for result in done),
        characters=sum(part["characters"] for r in done for part in r.outputs["parts"]),
        quarantined=add(result.counts["quarantined"] for result in done),
        file_count=len(files),
        file_errors=sum(1 for file in files if file["error"]),
        bytes=sum(file["bytes"] for file in files),
        ready=True,
    )


def _curate(run: Run) -> None:
    result = only(results_of(run), "snapshot")
    assert run.recipe is not None
    snapshot = Snapshot.objects.create(
        run=run,
        recipe=run.recipe,
        manifest=result.outputs["manifest"],
        counts=result.counts,
    )
    snapshot.corpora.set(run.corpora.all())
    snapshot.tokenizer = run.tokenizer or _trained(run, snapshot)
    snapshot.save(update_fields=["tokenizer"])
    for corpus in run.corpora.all():
        _swap_head(corpus, snapshot)


def _swap_head(corpus: Corpus, snapshot: Snapshot) -> None:
    """One compare-and-swap: an older run that ends later does not push out a newer result."""
    older = Q(head=None) | Q(head__run__lt=snapshot.run_id)
    Corpus.objects.filter(older, pk=corpus.pk).update(head=snapshot)
    if snapshot.tokenizer:
        Corpus.objects.filter(pk=corpus.pk, tokenizer=None).update(tokenizer=snapshot.tokenizer)


def _trained(run: Run, snapshot: Snapshot) -> Tokenizer | None:
    """Register the tokenizer that the run trained on the way, if it did."""
    outcomes = results_of(run).get("tokenization.train", ())
    results = [outcome.result for outcome in outcomes if outcome.result]
    if not results:
        return None
    first = run.corpora.order_by("name").first()
    assert first is not None
    return _register(
        run, f"{first.name}-{run.pk}", results[0].outputs["model"], results[0].counts, snapshot
    )


def _train(run: Run) -> None:
    result = only(results_of(run), "tokenization.train")
    snapshot = Snapshot.objects.get(pk=run.arguments["snapshot"])
    name = run.arguments["name"]
    run.tokenizer = _register(run, name, result.outputs["model"], result.counts, snapshot)
    run.save(update_fields=["tokenizer"])


def _register(
    run: Run, name: str, blob: str, info: dict[str, Any], snapshot: Snapshot
) -> Tokenizer:
    known = Tokenizer.objects.filter(blob=blob, origin=Tokenizer.Origin.TRAINED).first()
    if known is not None and run.kind == Run.Kind.CURATE:
        return known
    return Tokenizer.objects.create(
        name=name[:64],
        origin=Tokenizer.Origin.TRAINED,
        blob=blob,
        vocab_size=info["vocab_size"],
        info=check_model(store().path(blob)).to_json(),
        snapshot=snapshot,
        created_by=run.created_by,
    )


def _export(run: Run) -> None:
    export = run.export
    assert export is not None
    result = only(results_of(run), "export")
    manifest = store().read_json(result.outputs["manifest"])
    files = {file["name"]: file for file in manifest["files"]}
    Export.objects.filter(pk=export.pk).update(
        manifest=result.outputs["manifest"],
        files=files,
        documents=manifest["totals"]["documents"],
        tokens=manifest["totals"]["tokens"] or 0,
        bytes=manifest["totals"]["bytes"],
    )


_PUBLISHERS = {
    Run.Kind.INGEST: _ingest,
    Run.Kind.CURATE: _curate,
    Run.Kind.TRAIN: _train,
    Run.Kind.EXPORT: _export,
}
