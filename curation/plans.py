"""From a run's row to its plan: the frozen arguments are all that a plan may depend on."""

from __future__ import annotations

from typing import Any

from django.db.models.functions import Length

from corpora.plans import (
    CuratePlan,
    ExportPlan,
    IngestPlan,
    Outcome,
    PartRef,
    Plan,
    Results,
    TrainPlan,
)
from corpora.recipe import Recipe
from corpora.stages import UnitResult, UnitSpec
from curation.fetching import policy
from curation.models import Run, Unit
from curation.store import store


def plan_of(run: Run) -> Plan:
    """The plan that the run's arguments state."""
    return _BUILDERS[Run.Kind(run.kind)](run.arguments)


def curation_of(run: Run) -> CuratePlan:
    """The same of a curation, which knows more."""
    return _curate(run.arguments)


def _ingest(arguments: dict[str, Any]) -> Plan:
    return IngestPlan(
        paths=tuple(arguments["paths"]),
        uploads=tuple(arguments["uploads"]),
        urls=tuple(arguments.get("urls", ())),
        policy=policy(),
        namespace=arguments["namespace"],
        format=arguments["format"],
        columns=arguments.get("columns", {}),
        licence=arguments["licence"] or None,
        domain=arguments["domain"] or None,
    )


def _curate(arguments: dict[str, Any]) -> CuratePlan:
    return CuratePlan(
        recipe=Recipe.from_json(arguments["recipe"]),
        parts=tuple(PartRef(**part) for part in arguments["parts"]),
        quarantine=tuple(arguments["quarantine"]),
        files=tuple(arguments["files"]),
        judgements=arguments["judgements"],
        apart=arguments.get("apart", ""),
        opt_outs=arguments["opt_outs"],
        tokenizer=arguments["tokenizer"],
    )


def _train(arguments: dict[str, Any]) -> Plan:
    return TrainPlan(
        manifest=store().read_json(arguments["manifest"]),
        vocab_size=arguments["vocab_size"],
        sample_bytes=arguments["sample_bytes"],
    )


def _export(arguments: dict[str, Any]) -> Plan:
    return ExportPlan(
        snapshot=arguments["manifest"],
        manifest=store().read_json(arguments["manifest"]),
        format=arguments["format"],
        tokenizer=arguments["tokenizer"],
        settings=arguments["settings"],
    )


_BUILDERS = {
    Run.Kind.INGEST: _ingest,
    Run.Kind.CURATE: _curate,
    Run.Kind.TRAIN: _train,
    Run.Kind.EXPORT: _export,
}


def results_of(run: Run) -> Results:
    """What the run's finished and given-up units gave, in part order."""
    results: dict[str, list[Outcome]] = {}
    ended = run.units.filter(state__in=(Unit.State.DONE, Unit.State.GIVEN_UP))
    # As corpora.plans.place sorts them.
    rows = ended.order_by(Length("part"), "part").values_list("stage", "part", "result", "error")
    for stage, part, given, error in rows:
        result = UnitResult.from_json(given) if given else None
        outcome = Outcome(part=part, result=result, reason=error or None)
        results.setdefault(stage, []).append(outcome)
    return results


def spec_to_json(spec: UnitSpec) -> dict[str, Any]:
    return {
        "stage": spec.stage,
        "part": spec.part,
        "inputs": spec.inputs,
        "params": spec.params,
        "hints": spec.hints,
    }


def spec_of(unit: Unit) -> UnitSpec:
    return UnitSpec(**unit.spec)
