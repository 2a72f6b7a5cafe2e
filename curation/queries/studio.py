"""What a recipe would keep of a snapshot, without a run.

The columns are mapped into memory and compared as the decisions stage compares
them, with the judgements and opt-outs that stand now: what is said here is what
the next run over the same documents gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from corpora.arrays import read_array
from corpora.decisions.choice import Members, ranks_of
from corpora.decisions.containment import Inside
from corpora.decisions.keepers import members_of, part_offsets, read_clusters
from corpora.decisions.pairs import inside_of, with_lone
from corpora.decisions.people import OptOuts
from corpora.decisions.what_if import (
    Histogram,
    Overrides,
    Waterfall,
    failed_by_others,
    histogram,
    waterfall,
)
from corpora.recipe import Recipe, Rule
from corpora.rules import Column, Limits, Mask, failing, failing_rules
from corpora.signals import is_dear
from curation.models import Snapshot
from curation.queries import apart, judgements, opt_outs
from curation.queries.charts import Chart, chart
from curation.queries.scan import Place
from curation.queries.snapshots import contents, corpora_of_parts, recipe_of
from curation.store import store

#: Documents shown on either side of a cut.
AT_THE_CUT = 6
#: The keeper's policy looks at these, whatever the rules ask for.
_ALWAYS = ("characters", "japanese_letters")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Field:
    """A snapshot's documents as arrays, rows in part order."""

    #: The manifest.
    sha256: str
    #: The corpus of each part.
    corpora: Sequence[str]
    rows: int
    #: Where each part begins.
    offsets: npt.NDArray[np.int64]
    columns: Mapping[str, Column]
    #: None when the snapshot was made without looking for duplicates.
    members: Members | None
    #: Which members lie in larger ones; None when the snapshot was made without looking.
    inside: Inside | None
    people: Overrides


def field(snapshot: Snapshot) -> Field:
    """The snapshot with what people say of it now."""
    said = judgements.standing(snapshot.corpora.all())
    out = opt_outs.standing()
    rows, offsets, columns, members, inside = _measured(snapshot.manifest)
    people = _people(
        snapshot.manifest,
        tuple(said.items()),
        tuple((kind, tuple(values)) for kind, values in out.items()),
    )
    return Field(
        sha256=snapshot.manifest,
        corpora=corpora_of_parts(snapshot),
        rows=rows,
        offsets=offsets,
        columns=columns,
        members=members,
        inside=inside,
        people=people,
    )


@lru_cache(maxsize=8)
def _measured(
    sha256: str,
) -> tuple[int, npt.NDArray[np.int64], Mapping[str, Column], Members | None, Inside | None]:
    value = contents(sha256)
    documents = [part["documents"] for part in value["parts"]]
    offsets = part_offsets(store(), documents)
    rows = sum(part["rows"] for part in value["parts"])
    columns = {name: read_array(store(), blob) for name, blob in value["columns"].items()}
    members, inside = None, None
    if pairs := value.get("contained", ""):
        clusters = with_lone(store(), read_clusters(store(), value["clusters"]), pairs)
        members = members_of(clusters, offsets)
        inside = inside_of(store(), pairs, members, offsets)
    elif value["clusters"]:
        names = ["part", "row", "cluster", "exact"]
        clusters = store().read_table(value["clusters"], columns=names)
        members = members_of(
            clusters.sort_by([("part", "ascending"), ("row", "ascending")]), offsets
        )
    return rows, offsets, columns, members, inside


@lru_cache(maxsize=8)
def _people(
    sha256: str,
    said: tuple[tuple[str, str], ...],
    out: tuple[tuple[str, tuple[str, ...]], ...],
) -> Overrides:
    """Masks of what people decided; cached, for a slider asks again and again."""
    opted = OptOuts.from_params(dict(out))
    keep = sorted(name for name, verdict in said if verdict == "keep")
    drop = sorted(name for name, verdict in said if verdict == "drop")
    prefer = sorted(name for name, verdict in said if verdict == "prefer")
    opted_out = _rows_of(sha256, sorted(opted.ids))
    if opted.hosts or opted.urls:
        opted_out = opted_out | _named(sha256, opted)
    return Overrides(
        opted_out=opted_out,
        judged_drop=_rows_of(sha256, drop),
        judged_keep=_rows_of(sha256, keep),
        preferred=_rows_of(sha256, prefer),
    )


def _rows_of(sha256: str, ids: list[str]) -> Mask:
    """Which rows are these documents; ``ids`` sorted, so that few index row groups are decoded."""
    rows, offsets, *_ = _measured(sha256)
    mask = np.zeros(rows, np.bool_)
    if not ids:
        return mask
    with store().parquet(contents(sha256)["index"]) as file:
        for number in range(file.metadata.num_row_groups):
            table = file.read_row_group(number, columns=["id"])
            if ids[0] > table["id"][-1].as_py() or ids[-1] < table["id"][0].as_py():
                continue
            hits = pc.is_in(table["id"], value_set=pa.array(ids))
            found = file.read_row_group(number, columns=["part", "row"]).filter(hits)
            mask[offsets[found["part"].to_numpy()] + found["row"].to_numpy()] = True
    return mask


def _named(sha256: str, opted: OptOuts) -> Mask:
    """Rows whose host or URL is opted out."""
    masks = [
        opted.mask(store().read_table(part["documents"], columns=["id", "host", "url"]))
        for part in contents(sha256)["parts"]
    ]
    found: Mask = np.concatenate(masks)
    return found


def chart_of(field: Field, rule: Rule) -> Chart:
    """The rule's signal in this snapshot. KeyError for a signal that was not measured."""
    return chart(_histogram(field.sha256, rule.signal), rule)


@lru_cache(maxsize=512)
def _histogram(sha256: str, signal: str) -> Histogram:
    """A tenth of a second a million documents, so once a process."""
    _, _, columns, *_ = _measured(sha256)
    return histogram(columns[signal])


# -- the whole recipe -------------------------------------------------------------------------


def limits_of(recipe: Recipe, field: Field) -> list[Limits]:
    """The rules that decide; those whose signal was not measured here say nothing."""
    return [
        Limits(name=rule.name, signal=rule.signal, min=rule.min, max=rule.max)
        for rule in recipe.active_rules
        if rule.signal in field.columns
    ]


def what_if(field: Field, recipe: Recipe) -> Waterfall:
    """What the recipe drops, rule by rule, and keeps."""
    rules = limits_of(recipe, field)
    needed = {*_ALWAYS, *(rule.signal for rule in rules)}
    return waterfall(
        {name: field.columns[name] for name in needed if name in field.columns},
        rules,
        rows=field.rows,
        members=_ranked(field, recipe),
        inside=_inside(field, recipe),
        policy=recipe.dedup.keeper,
        overrides=field.people,
    )


def _inside(field: Field, recipe: Recipe) -> Inside | None:
    """The pairs that have the recipe's share; those below the snapshot's are not known."""
    share = recipe.dedup.containment
    return field.inside.at_least(share) if field.inside is not None and share else None


def _ranked(field: Field, recipe: Recipe) -> Members | None:
    """The members with the ranks that the recipe gives their corpora."""
    prefer = recipe.dedup.prefer
    if field.members is None or not prefer:
        return field.members
    parts = np.searchsorted(field.offsets, field.members.rows, side="right") - 1
    ranks = np.array(ranks_of(field.corpora, prefer), np.int64)
    return replace(field.members, ranks=ranks[parts])


@dataclass(frozen=True, slots=True, kw_only=True)
class Caveats:
    """Why the answer may not be what a run gives: empty when it is."""

    #: Signals that the recipe asks for and that were not measured.
    unmeasured: list[str]
    #: Dear signal -> documents that the recipe lets through to it and that were not measured,
    #: because the snapshot's recipe dropped them before.
    partly: dict[str, int]
    #: Settings that change the text, the signals or the clusters themselves.
    differing: list[str]
    #: Pairs of this snapshot that people called no duplicates since it was made, or no longer:
    #: what that does to its clusters only a run says.
    pairs: int


def caveats(snapshot: Snapshot, recipe: Recipe, field: Field) -> Caveats:
    made = recipe_of(snapshot)
    sections = {
        "normalization": made.normalization != recipe.normalization,
        "dedup": made.dedup != recipe.dedup,
        "words": made.words != recipe.words,
        "patterns": made.patterns != recipe.patterns,
    }
    return Caveats(
        unmeasured=sorted(set(recipe.signals) - set(field.columns)),
        partly=_partly_measured(field, limits_of(recipe, field)),
        differing=[name for name, differs in sections.items() if differs],
        pairs=apart.changed(snapshot) if recipe.dedup.mode != "none" else 0,
    )


def _partly_measured(field: Field, rules: Sequence[Limits]) -> dict[str, int]:
    dear = sorted({rule.signal for rule in rules if is_dear(rule.signal)})
    if not dear:
        return {}
    failed = np.zeros(field.rows, np.bool_)
    for mask in failing_rules(field.columns, [r for r in rules if not is_dear(r.signal)]):
        failed |= mask
    missing = {name: int((np.isnan(field.columns[name]) & ~failed).sum()) for name in dear}
    return {name: number for name, number in missing.items() if number}


# -- one limit --------------------------------------------------------------------------------


def kept_at_settings(
    field: Field, recipe: Recipe, rule: Rule, side: str, settings: Iterable[float]
) -> list[int]:
    """Documents the recipe keeps with this limit at each of the settings, duplicates gone.

    A cluster keeps one document as long as any member passes, so it counts like
    one document with its best member's value.
    """
    people = field.people
    rules = limits_of(recipe, field)
    failed = failed_by_others(field.columns, rules, rule.name)
    other = {"min": None, "max": rule.max} if side == "min" else {"min": rule.min, "max": None}
    values = np.asarray(field.columns[rule.signal])
    failed |= failing(values, **other)
    keep = _mask(people.judged_keep, field.rows) & ~_mask(people.opted_out, field.rows)
    failed |= _mask(people.opted_out, field.rows) | _mask(people.judged_drop, field.rows)
    # As if every limit were a minimum: NaN is not measured and always passes.
    upward = np.where(np.isnan(values), np.inf, values if side == "min" else -values)
    passing = np.sort(_best(upward, failed, keep, field.members))
    wanted = np.array(list(settings), np.float64).astype(np.float32)
    below = np.searchsorted(passing, wanted if side == "min" else -wanted, side="left")
    return [int(number) for number in len(passing) - below + int(keep.sum())]


def _mask(mask: Mask | None, rows: int) -> Mask:
    return np.zeros(rows, np.bool_) if mask is None else mask


def _best(
    upward: npt.NDArray[np.float32], failed: Mask, keep: Mask, members: Members | None
) -> npt.NDArray[np.float32]:
    """One value for each document that may be kept: of a cluster the best one's.

    A cluster with a document that people keep keeps no other.
    """
    alone = ~failed & ~keep
    if members is None:
        return upward[alone]
    clusters = int(members.clusters.max(initial=-1)) + 1
    settled = np.zeros(clusters, np.bool_)
    settled[members.clusters[keep[members.rows]]] = True
    able = alone[members.rows] & ~settled[members.clusters]
    alone[members.rows] = False
    best = np.full(clusters, -np.inf, upward.dtype)
    np.maximum.at(best, members.clusters[able], upward[members.rows[able]])
    able_clusters = np.unique(members.clusters[able])
    return np.concatenate([upward[alone], best[able_clusters]])


@dataclass(frozen=True, slots=True, kw_only=True)
class AtTheCut:
    """Where the documents nearest to a limit are, the nearest first."""

    inside: list[Place]
    outside: list[Place]


def at_the_cut(field: Field, rule: Rule, side: str) -> AtTheCut:
    """Documents just within and just beyond one limit of a rule."""
    limit = rule.min if side == "min" else rule.max
    values = np.asarray(field.columns[rule.signal])
    if limit is None:
        return AtTheCut(inside=[], outside=[])
    failed = failing(values, **{"min": None, "max": None, side: limit})
    distance = np.abs(values - np.float32(limit))
    return AtTheCut(
        inside=_nearest(field, distance, ~failed & ~np.isnan(values)),
        outside=_nearest(field, distance, failed),
    )


def _nearest(field: Field, distance: npt.NDArray[np.float32], among: Mask) -> list[Place]:
    rows = np.flatnonzero(among)
    if len(rows) > AT_THE_CUT:
        rows = rows[np.argpartition(distance[rows], AT_THE_CUT)[:AT_THE_CUT]]
    rows = rows[np.lexsort((rows, distance[rows]))]
    parts = np.searchsorted(field.offsets, rows, side="right") - 1
    starts = field.offsets[parts]
    return [
        Place(int(part), int(row - start))
        for part, row, start in zip(parts, rows, starts, strict=True)
    ]
