"""What a recipe would keep of a snapshot, without a run: asked of the what-if process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corpora.recipe import Recipe, Rule
from corpora.rules import Limits
from curation.models import Snapshot
from curation.queries import apart
from curation.queries.asking import ask
from curation.queries.charts import Chart, chart
from curation.queries.histograms import whole
from curation.queries.places import Place, places_of
from curation.queries.snapshots import manifest, recipe_of
from curation.queries.what_if import (
    AtTheCut,
    Board,
    BoardQuestion,
    CutQuestion,
    Hold,
    HoldQuestion,
    Settings,
    Side,
)


def chart_of(snapshot: Snapshot, rule: Rule) -> Chart:
    """The rule's signal in this snapshot. KeyError for a signal that was not measured."""
    return chart(whole(snapshot.manifest, rule.signal), rule)


def is_measured(snapshot: Snapshot, rule: Rule) -> bool:
    return rule.signal in manifest(snapshot)["columns"]


def unmeasured(snapshot: Snapshot, recipe: Recipe) -> list[str]:
    """Signals that the recipe asks for and that the snapshot does not have."""
    return sorted(set(recipe.signals) - set(manifest(snapshot)["columns"]))


def settings_of(snapshot: Snapshot, recipe: Recipe) -> Settings:
    """What of a recipe decides about the snapshot's documents as they were measured."""
    rules = (rule for rule in recipe.active_rules if is_measured(snapshot, rule))
    return Settings(
        rules=tuple(map(limits_of, rules)),
        keeper=recipe.dedup.keeper,  # type: ignore[arg-type]  # one of the recipe's own choices
        prefer=recipe.dedup.prefer,
        containment=recipe.dedup.containment,
    )


def limits_of(rule: Rule) -> Limits:
    return Limits(name=rule.name, signal=rule.signal, min=rule.min, max=rule.max)


# -- answers: all raise NotAnswered, and Superseded where there is a line ----------------------


def board(snapshot: Snapshot, recipe: Recipe, line: str = "") -> Board:
    """What the recipe keeps and drops: documents, characters and tokens."""
    settings = settings_of(snapshot, recipe)
    return ask(BoardQuestion(snapshot=snapshot.pk, settings=settings), Board, line)


def held(
    snapshot: Snapshot,
    recipe: Recipe,
    rule: Rule,
    side: Side,
    values: Sequence[float],
    line: str = "",
) -> Hold:
    """How many documents each setting of a limit keeps, and where they lie."""
    question = HoldQuestion(
        snapshot=snapshot.pk,
        settings=settings_of(snapshot, recipe),
        rule=limits_of(rule),
        side=side,
        values=tuple(values),
        edges=tuple(whole(snapshot.manifest, rule.signal).edges.tolist()),
    )
    return ask(question, Hold, line)


def at_the_cut(
    snapshot: Snapshot, recipe: Recipe, rule: Rule, side: Side
) -> tuple[list[Place], list[Place]]:
    """Documents just within and just beyond one limit, the nearest first."""
    question = CutQuestion(
        snapshot=snapshot.pk,
        settings=settings_of(snapshot, recipe),
        rule=limits_of(rule),
        side=side,
    )
    found = ask(question, AtTheCut)
    sha256 = snapshot.manifest
    return places_of(sha256, found.inside), places_of(sha256, found.outside)


# -- what it does not know -------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Caveats:
    """Why the answer may not be what a run gives: empty when it is."""

    #: Signals that the recipe asks for and that were not measured.
    unmeasured: list[str]
    #: Dear signal -> documents on which it was not measured (what_if.Board).
    partly: dict[str, int]
    #: Settings that change the text, the signals or the clusters themselves.
    differing: list[str]
    #: Pairs of this snapshot that people called no duplicates since it was made, or no longer:
    #: what that does to its clusters only a run says.
    pairs: int


def caveats(snapshot: Snapshot, recipe: Recipe, partly: dict[str, int]) -> Caveats:
    made = recipe_of(snapshot)
    sections = {
        "normalization": made.normalization != recipe.normalization,
        "dedup": made.dedup != recipe.dedup,
        "words": made.words != recipe.words,
        "patterns": made.patterns != recipe.patterns,
    }
    return Caveats(
        unmeasured=unmeasured(snapshot, recipe),
        partly=partly,
        differing=[name for name, differs in sections.items() if differs],
        pairs=apart.changed(snapshot) if recipe.dedup.mode != "none" else 0,
    )
