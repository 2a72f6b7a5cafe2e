"""What follows a run by itself: what was asked for, and what of it has begun."""

from __future__ import annotations

from dataclasses import dataclass

from curation.models import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    #: Runs that have begun.
    runs: list[Run]
    #: Kinds that will begin when the run is done, in order.
    awaited: list[Run.Kind]


def following(run: Run) -> Following:
    """Nothing of a run that nothing was asked to follow."""
    curation = bool(run.arguments.get("then_curate"))
    exports = bool(run.arguments.get("then_export"))
    if not (curation or exports):
        return Following(runs=[], awaited=[])
    if run.followed or run.state in (Run.State.FAILED, Run.State.CANCELLED):
        return Following(runs=_begun(run), awaited=[])
    kinds = [Run.Kind.CURATE] * curation + [Run.Kind.EXPORT] * exports
    return Following(runs=[], awaited=kinds)


def _begun(run: Run) -> list[Run]:
    if run.kind == Run.Kind.CURATE:
        made = Run.objects.filter(export__snapshot__run=run, pk__gt=run.pk)
        return list(made.order_by("pk")[: len(run.arguments["then_export"])])
    later = Run.objects.filter(recipe=run.arguments["then_curate"], corpora__in=run.corpora.all())
    return list(later.filter(pk__gt=run.pk).order_by("pk")[:1])
