"""Starting and steering curation runs."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, time, timedelta
from itertools import islice
from typing import Any

import pyarrow as pa
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from corpora.documents import APART, JUDGEMENTS
from corpora.errors import KotoguraError
from curation.actions import audit, wake
from curation.actions.advance import advance, create, end
from curation.models import Corpus, Recipe, Run, Source, Tokenizer, Unit, User
from curation.permissions import require
from curation.queries import apart, judgements, opt_outs
from curation.store import store

#: Judgements that are written at a time.
_PIECE = 10_000


class RunRefused(KotoguraError):
    """A run cannot be started or steered as asked; ``retryable`` when it can be later."""


#: No pause with a time is meant to last so long.
LONGEST_PAUSE = timedelta(days=366)
#: A number of workers that no team has.
MOST_WORKERS = 10_000


def start_curation(
    *,
    corpora: Sequence[Corpus],
    recipe: Recipe,
    by: User,
    tokenizer: Tokenizer | None = None,
    then_export: Sequence[str] = (),
    max_workers: int | None = None,
) -> Run:
    """Curate what the corpora hold now, with the judgements and opt-outs that stand now.

    Raises RunRefused when there is nothing to curate or a source is still being read.
    """
    require(by, "run.create")
    _check_workers(max_workers)
    # Before the transaction: a million judgements take seconds, and nobody else could write.
    tokenizer = tokenizer or _tokenizer(corpora, recipe)
    arguments = arguments_of(corpora, recipe, tokenizer)
    return create(
        kind=Run.Kind.CURATE,
        arguments={**arguments, "then_export": list(then_export)},
        by=by,
        corpora=corpora,
        recipe=recipe,
        tokenizer=tokenizer,
        followed=not then_export,
        max_workers=max_workers,
    )


def arguments_for(
    corpora: Sequence[Corpus], recipe: Recipe, tokenizer: Tokenizer | None
) -> dict[str, Any]:
    """What a run that is started now would have; no ``tokenizer`` means the recipe's own."""
    return arguments_of(corpora, recipe, tokenizer or _tokenizer(corpora, recipe))


def arguments_of(
    corpora: Sequence[Corpus], recipe: Recipe, tokenizer: Tokenizer | None = None
) -> dict[str, Any]:
    """All that the plan of a curation depends on, as it stands at this moment."""
    return {
        "recipe": recipe.content,
        "judgements": _judgements(corpora),
        **_apart(corpora),
        "opt_outs": opt_outs.standing(),
        "tokenizer": tokenizer.blob if tokenizer else "",
        **_inputs(corpora),
    }


def _inputs(corpora: Sequence[Corpus]) -> dict[str, Any]:
    found = Source.objects.filter(corpus__in=corpora).select_related("corpus")
    sources = list(found.order_by("corpus__name", "id"))
    unread = [source for source in sources if not source.ready and _being_read(source)]
    if unread:
        raise RunRefused(
            _("%(source)s is still being read.") % {"source": unread[0]},
            remedy=_("Wait until its run is done, or cancel that run."),
            retryable=True,
        )
    ready = [source for source in sources if source.ready]
    if not any(source.parts for source in ready):
        names = ", ".join(corpus.name for corpus in corpora)
        raise RunRefused(
            _("There are no documents in %(names)s.") % {"names": names},
            remedy=_("Add a source first."),
        )
    return {
        "parts": [
            {
                **part,
                "source": part.get("source") or source.location,
                "corpus": source.corpus.name,
            }
            for source in ready
            for part in source.parts
        ],
        "quarantine": [blob for source in ready for blob in source.quarantine],
        "files": [blob for source in ready for blob in source.files],
    }


def _being_read(source: Source) -> bool:
    return source.runs.exclude(state__in=Run.ENDED).exists()


def _judgements(corpora: Sequence[Corpus]) -> str:
    """The blob of what people decided, a piece at a time; "" where nobody decided anything."""
    standing = judgements.each_standing(corpora)
    piece = list(islice(standing, _PIECE))
    if not piece:
        return ""
    with store().table_writer(JUDGEMENTS) as writer:
        while piece:
            ids, verdicts = zip(*piece, strict=True)
            writer.write(pa.table({"id": ids, "verdict": verdicts}, schema=JUDGEMENTS))
            piece = list(islice(standing, _PIECE))
    return writer.sha256


def _apart(corpora: Sequence[Corpus]) -> dict[str, str]:
    """The pairs that are no duplicates; nothing at all where there are none."""
    pairs = apart.standing(corpora)
    if not pairs:
        return {}
    columns = {"a": [a for a, _b in pairs], "b": [b for _a, b in pairs]}
    return {"apart": store().put_table(pa.table(columns, schema=APART))}


def _tokenizer(corpora: Sequence[Corpus], recipe: Recipe) -> Tokenizer | None:
    """The one the recipe names; else, where the recipe would train one, the corpus's own."""
    wanted = recipe.value.tokenization.tokenizer
    if wanted == "none":
        return None
    if wanted == "train":
        return next((corpus.tokenizer for corpus in corpora if corpus.tokenizer), None)
    found = Tokenizer.objects.filter(name=wanted).first()
    if found is None:
        raise RunRefused(
            _("The recipe asks for the tokenizer %(name)s, which is not here.") % {"name": wanted},
            remedy=_("Import it, or choose another one for this run."),
        )
    return found


# -- steering ----------------------------------------------------------------------------


@transaction.atomic
def pause(*, run: Run, by: User, until: datetime | None = None) -> Run:
    """No new unit is begun; those at work are finished and kept.

    It goes on when somebody says so, or by itself when ``until`` has come; a run that is paused
    may be given such a time, too. Raises RunRefused for a time that has passed or is years away.
    """
    require(by, "run.control")
    if until is not None and not timezone.now() < until < timezone.now() + LONGEST_PAUSE:
        raise RunRefused(
            _("A run cannot be paused until then."),
            remedy=_("Give a time to come, within a year."),
        )
    run = _locked(run, Run.State.RUNNING, *([Run.State.PAUSED] if until else []))
    run.state, run.resume_at = Run.State.PAUSED, until
    run.save(update_fields=["state", "resume_at"])
    told = {"until": until.isoformat(timespec="minutes")} if until else {}
    audit.record(by=by, action="run.pause", target=f"run:{run.pk}", **told)
    return run


def next_time(at: time) -> datetime:
    """When the clocks of TIME_ZONE say so next."""
    now = timezone.localtime()
    today = now.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    return today if today > now else today + timedelta(days=1)


@transaction.atomic
def resume(*, run: Run, by: User | None) -> Run:
    """``by`` is None when the time has come that the run was paused until."""
    if by is not None:
        require(by, "run.control")
    run = _locked(run, Run.State.PAUSED)
    run.state, run.reason, run.resume_at = Run.State.RUNNING, "", None
    run.save(update_fields=["state", "reason", "resume_at"])
    audit.record(by=by, action="run.resume", target=f"run:{run.pk}")
    wake.on_commit(run.units.filter(state=Unit.State.READY))
    advance(run.pk)
    run.refresh_from_db()
    return run


def resume_due() -> None:
    """Let the runs go on that were paused until a time that has come."""
    for run in Run.objects.filter(state=Run.State.PAUSED, resume_at__lte=Now()):
        with suppress(RunRefused):  # somebody was quicker
            resume(run=run, by=None)


@transaction.atomic
def limit_workers(*, run: Run, workers: int | None, by: User) -> Run:
    """How many units of the run may be at work at once; None is no limit.

    Those at work are finished. Raises RunRefused for a number that makes no sense.
    """
    require(by, "run.control")
    _check_workers(workers)
    run = _locked(run, Run.State.RUNNING, Run.State.PAUSED)
    run.max_workers = workers
    run.save(update_fields=["max_workers"])
    audit.record(by=by, action="run.workers", target=f"run:{run.pk}", workers=workers)
    wake.on_commit(run.units.filter(state=Unit.State.READY))
    return run


def _check_workers(workers: int | None) -> None:
    if workers is not None and not 1 <= workers <= MOST_WORKERS:
        raise RunRefused(
            _("A run cannot have %(number)s workers.") % {"number": workers},
            remedy=_("Give a number from 1 to %(most)s, or none for as many as there are.")
            % {"most": f"{MOST_WORKERS:,}"},
        )


@transaction.atomic
def cancel(*, run: Run, by: User) -> Run:
    """End the run. Units at work notice within seconds; what is finished stays in the store."""
    require(by, "run.control")
    run = _locked(run, Run.State.RUNNING, Run.State.PAUSED)
    audit.record(by=by, action="run.cancel", target=f"run:{run.pk}")
    end(run, Run.State.CANCELLED)
    return run


@transaction.atomic
def retry_given_up(*, run: Run, by: User) -> Run:
    """Try the given-up units of the stage at which a run failed again, and what was beside it.

    Parts that were given up in earlier stages stay so: the stages after them were
    planned without those parts.
    """
    require(by, "run.control")
    run = _locked(run, Run.State.FAILED)
    given_up = Q(stage=run.stage, state=Unit.State.GIVEN_UP)
    run.units.filter(given_up | Q(state=Unit.State.CANCELLED)).update(
        state=Unit.State.READY, failures=0, losses=0, not_before=None, error="", ended_at=None
    )
    run.state, run.reason, run.ended_at = Run.State.RUNNING, "", None
    run.save(update_fields=["state", "reason", "ended_at"])
    audit.record(by=by, action="run.retry", target=f"run:{run.pk}")
    wake.on_commit(run.units.filter(state=Unit.State.READY))
    advance(run.pk)  # nothing to do again where planning or publishing was what failed
    run.refresh_from_db()
    return run


def pause_because(run_id: int, reason: str) -> None:
    """The store is full or broken: stop beginning units until somebody resumes."""
    Run.objects.filter(pk=run_id, state=Run.State.RUNNING).update(
        state=Run.State.PAUSED, reason=reason
    )


def _locked(run: Run, *states: Run.State) -> Run:
    run = Run.objects.select_for_update().get(pk=run.pk)
    if run.state not in states:
        raise RunRefused(
            _("The run is %(state)s.") % {"state": run.get_state_display()},
            remedy=_("Reload the page to see where it is now."),
        )
    return run
