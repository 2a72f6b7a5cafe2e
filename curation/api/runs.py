"""Runs: start, follow, steer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_noop
from ninja import Field, Router, Schema, Status
from pydantic import AwareDatetime

from curation.actions import runs as actions
from curation.actions.forecasting import PAGE_PARTS, Ahead, ahead
from curation.actions.forgetting import forget
from curation.api.auth import READING, WRITING, actor
from curation.api.schemas import Id, Limit, Name, Page, page
from curation.models import Corpus, Recipe, Run, Tokenizer
from curation.queries import runs as queries
from curation.queries.forgetting import PAGE_UNITS, Forgettable, forgettable

router = Router(tags=["runs"])


Workers = Annotated[int, Field(ge=1, le=actions.MOST_WORKERS)] | None


class RunIn(Schema):
    corpora: Annotated[list[Name], Field(min_length=1, max_length=100)]
    recipe: Name = "default"
    #: The newest version when it is left out.
    recipe_version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    tokenizer: Name | None = None
    #: Units that may be at work at once; no limit when it is left out.
    max_workers: Workers = None


class WorkersIn(Schema):
    #: Null takes the limit away.
    max_workers: Workers


class PauseIn(Schema):
    #: With an offset, e.g. 2027-01-15T07:00:00+09:00.
    until: AwareDatetime


class RunOut(Schema):
    id: int
    kind: str
    state: str
    #: The stage it is at; "" before the first.
    stage: str
    #: Why it is paused or failed.
    reason: str
    corpora: list[str]
    #: Units that may be at work at once; null is as many as there are workers.
    max_workers: int | None
    #: Of a paused run: when it goes on by itself; null is when somebody resumes it.
    resume_at: datetime | None
    recipe: str | None
    recipe_version: int | None
    source: int | None = Field(None, alias="source_id")
    export: int | None = Field(None, alias="export_id")
    snapshot: int | None
    created_at: datetime
    ended_at: datetime | None

    @staticmethod
    def resolve_corpora(run: Run) -> list[str]:
        return [corpus.name for corpus in run.corpora.all()]

    @staticmethod
    def resolve_recipe(run: Run) -> str | None:
        return run.recipe.name if run.recipe else None

    @staticmethod
    def resolve_recipe_version(run: Run) -> int | None:
        return run.recipe.version if run.recipe else None

    @staticmethod
    def resolve_snapshot(run: Run) -> int | None:
        snapshot = getattr(run, "snapshot", None)
        return snapshot.pk if snapshot else None


class UnitOut(Schema):
    id: int
    stage: str
    part: str
    state: str
    #: The store knew the result already: nothing was computed.
    known: bool
    losses: int
    failures: int
    documents_done: int
    bytes_done: int
    error: str
    started_at: datetime | None
    ended_at: datetime | None


class StageOut(Schema):
    """Null is what is not known before the stage begins."""

    name: str
    #: "" before it begins.
    state: str
    units: int | None
    done: int
    #: Of ``done``: the store knew the result, nothing was computed.
    known: int
    working: int
    given_up: int
    #: Null for a stage that does not go document by document.
    documents: int | None
    documents_total: int | None
    bytes: int
    bytes_total: int | None
    seconds: float | None


class StageAheadOut(Schema):
    """Null is what was not measured here over nearly as much."""

    name: str
    units: int
    #: In the store already.
    known: int
    #: Will be computed.
    to_do: int
    #: Rest on what is still to be computed: at most so many will be, too.
    at_most: int
    #: Documents of the parts that would be computed.
    documents: int
    #: By the clock, at the rates of this workbench's own runs.
    seconds: float | None
    #: That would be written to the store.
    bytes: int | None
    #: That one worker would hold at most.
    memory: int | None


class AheadOut(Schema):
    parts: int
    documents: int
    known: int
    to_do: int
    at_most: int
    stages: list[StageAheadOut]


class ForgettableOut(Schema):
    #: Why it cannot be forgotten; empty when it can.
    needed: list[str]
    #: Goes with it.
    snapshot: int | None = Field(None, alias="snapshot.pk")
    units: int
    #: That a collection can free then, at most; null when there are too many to count here.
    blobs: int | None
    bytes: int | None


class RunDetail(RunOut):
    stages: list[StageOut]

    @staticmethod
    def resolve_stages(run: Run) -> list[queries.StageRow]:
        return queries.stages(run)


@router.get("", auth=READING, response=Page[RunOut], summary=gettext_noop("Runs, newest first"))
def list_runs(
    request: HttpRequest,
    corpus: Name | None = None,
    state: Literal["running", "paused", "done", "failed", "cancelled"] | None = None,
    kind: Literal["ingest", "curate", "train", "export"] | None = None,
    limit: Limit = 100,
    before: Id | None = None,
) -> dict[str, object]:
    rows = queries.listed(corpus=corpus or "", state=state or "", kind=kind or "")
    return page(rows, limit=limit, before=before)


@router.post(
    "",
    auth=WRITING,
    response={201: RunDetail},
    summary=gettext_noop("Curate one corpus or several with a recipe"),
)
def start_run(request: HttpRequest, body: RunIn) -> Status[Run]:
    """Returns at once; follow the run until its state is done. Its snapshot is then named."""
    run = actions.start_curation(**_wanted(body), max_workers=body.max_workers, by=actor(request))
    return Status(201, _one(run.pk))


@router.post(
    "/forecast",
    auth=WRITING,
    response=AheadOut,
    summary=gettext_noop("What such a run would compute, without starting it"),
)
def forecast_run(request: HttpRequest, body: RunIn) -> Ahead:
    """By stage: what is known already, what is to be computed, and what depends on that."""
    return ahead(**_wanted(body), by=actor(request), most_parts=PAGE_PARTS)


def _wanted(body: RunIn) -> dict[str, Any]:
    """What a run is started with. Raises Http404 for names that are not here."""
    versions = Recipe.objects.filter(name=body.recipe)
    if body.recipe_version is not None:
        versions = versions.filter(version=body.recipe_version)
    recipe = versions.order_by("-version").first()
    if recipe is None:
        raise Http404
    return {
        "corpora": [get_object_or_404(Corpus, name=name) for name in dict.fromkeys(body.corpora)],
        "recipe": recipe,
        "tokenizer": get_object_or_404(Tokenizer, name=body.tokenizer) if body.tokenizer else None,
    }


@router.get(
    "/{int:run_id}",
    auth=READING,
    response=RunDetail,
    summary=gettext_noop("One run with its stages"),
)
def get_run(request: HttpRequest, run_id: Id) -> Run:
    return _one(run_id)


@router.get(
    "/{int:run_id}/units",
    auth=READING,
    response=Page[UnitOut],
    summary=gettext_noop("The units of a run, newest first"),
)
def list_units(
    request: HttpRequest,
    run_id: Id,
    state: Literal["ready", "leased", "done", "given_up", "cancelled"] | None = None,
    limit: Limit = 100,
    before: Id | None = None,
) -> dict[str, object]:
    units = _one(run_id).units.all()
    return page(units.filter(state=state) if state else units, limit=limit, before=before)


@router.post(
    "/{int:run_id}/workers",
    auth=WRITING,
    response=RunDetail,
    summary=gettext_noop("How many workers a run may have at once"),
)
def limit_workers(request: HttpRequest, run_id: Id, body: WorkersIn) -> Run:
    """Units at work are finished. 409 when the run has ended."""
    actions.limit_workers(run=_one(run_id), workers=body.max_workers, by=actor(request))
    return _one(run_id)


@router.post(
    "/{int:run_id}/pause-until",
    auth=WRITING,
    response=RunDetail,
    summary=gettext_noop("Pause a run until a time, when it goes on by itself"),
)
def pause_run_until(request: HttpRequest, run_id: Id, body: PauseIn) -> Run:
    """Units at work are finished. 409 when the run has ended, or the time has passed."""
    actions.pause(run=_one(run_id), until=body.until, by=actor(request))
    return _one(run_id)


@router.get(
    "/{int:run_id}/forget",
    auth=READING,
    response=ForgettableOut,
    summary=gettext_noop("What would go with a run, and what still needs it"),
)
def look_at_forgetting(request: HttpRequest, run_id: Id) -> Forgettable:
    return forgettable(_one(run_id), most_units=PAGE_UNITS)


@router.delete(
    "/{int:run_id}",
    auth=WRITING,
    response={204: None},
    summary=gettext_noop("Forget a run that nothing needs any more"),
)
def forget_run(request: HttpRequest, run_id: Id) -> Status[None]:
    """With its units and its snapshot; a collection then frees what it alone held. 409 when
    it is still needed."""
    forget(run=_one(run_id), by=actor(request))
    return Status(204, None)


@router.post(
    "/{int:run_id}/{verb}",
    auth=WRITING,
    response=RunDetail,
    summary=gettext_noop("Pause, resume, cancel or retry a run"),
)
def steer_run(
    request: HttpRequest, run_id: Id, verb: Literal["pause", "resume", "cancel", "retry"]
) -> Run:
    """409 when the run is in a state where the verb has no meaning."""
    verbs: dict[str, Callable[..., Run]] = {
        "pause": actions.pause,
        "resume": actions.resume,
        "cancel": actions.cancel,
        "retry": actions.retry_given_up,
    }
    verbs[verb](run=_one(run_id), by=actor(request))
    return _one(run_id)


def _one(run_id: int) -> Run:
    return get_object_or_404(queries.listed(), pk=run_id)
