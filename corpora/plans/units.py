"""One function a stage of a curation: what its unit reads, and what else its output depends on."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from corpora.decisions.choice import ranks_of
from corpora.plans import containment
from corpora.plans.passages import account, copies, copies_units, cutting, passage_hashes
from corpora.plans.plan import label
from corpora.plans.view import View
from corpora.recipe import Recipe
from corpora.search.fields import FIELDS, RULES, VERDICTS
from corpora.signals import GROUPS, groups_of, is_dear
from corpora.stages import UnitSpec

#: Keys that one unit of bands holds in memory, of eight bytes.
UNIT_KEYS = 50_000_000
#: From so many documents on the bands are shared out among several units.
MANY_ROWS = 200_000
MANY_UNITS = 4


def _rules(recipe: Recipe) -> list[dict[str, Any]]:
    """The rules that decide, without the prose."""
    return [
        {"name": rule.name, "signal": rule.signal, "min": rule.min, "max": rule.max}
        for rule in recipe.active_rules
    ]


def _part(view: View, number: int, stage: str, **values: Any) -> UnitSpec:
    return UnitSpec(stage=stage, part=label(number), **values)


def _normalize(view: View, number: int) -> UnitSpec:
    settings = view.plan.recipe.to_json()["normalization"]
    documents = view.plan.parts[number].documents
    return _part(view, number, "normalize", inputs={"documents": documents}, params=settings)


def _signals(view: View, number: int) -> UnitSpec:
    """Outputs one role a group: {"signals": {group: blob}}."""
    recipe = view.plan.recipe
    asked = [name for name in recipe.signals if not is_dear(name)]
    return _part(
        view,
        number,
        "signals",
        inputs=_texts(view, number),
        params={"signals": asked, "lists": recipe.lists, "versions": _versions(asked)},
    )


def _dear_signals(view: View, number: int) -> UnitSpec:
    """The same of signals that are measured only where no rule over the others drops."""
    recipe = view.plan.recipe
    asked = [name for name in recipe.signals if is_dear(name)]
    cheap = [rule for rule in _rules(recipe) if not is_dear(rule["signal"])]
    return _part(
        view,
        number,
        "signals.dear",
        inputs={**_texts(view, number), "signals": view.out("signals", number, "signals")},
        params={"signals": asked, "rules": cheap, "versions": _versions(asked)},
    )


def _texts(view: View, number: int) -> dict[str, Any]:
    return {
        "text": view.out("normalize", number, "text"),
        "documents": view.plan.parts[number].documents,
    }


def _versions(signals: Sequence[str]) -> dict[str, int]:
    """A group that is measured otherwise makes another unit, without raising the stage."""
    return {name: GROUPS[name].version for name in groups_of(signals) if name in GROUPS}


def _signatures(view: View, number: int) -> UnitSpec:
    dedup = view.plan.recipe.dedup
    return _part(
        view,
        number,
        "dedup.signatures",
        inputs={"text": view.out("normalize", number, "text")},
        params={
            **containment.folding(view),
            "permutations": dedup.permutations,
            "mode": dedup.mode,
            "sketch": dedup.sketch,
        },
    )


def _bands(view: View) -> list[UnitSpec]:
    """Outputs: pairs. Each unit looks at some of the bands of all documents."""
    dedup = view.plan.recipe.dedup
    rows = sum(view.plan.parts[number].rows for number in view.alive)
    return [
        UnitSpec(
            stage="dedup.bands",
            part=label(number),
            inputs={
                "signatures": view.each("dedup.signatures", "signatures"),
                "hashes": view.each("dedup.signatures", "hashes"),
            },
            params={"bands": bands, "rows": dedup.rows, "threshold": dedup.threshold},
        )
        for number, bands in enumerate(shares_of_bands(rows, dedup.bands))
    ]


def shares_of_bands(rows: int, bands: int) -> list[list[int]]:
    """[first, past the last] band of each unit: by the documents alone, never by the workers.

    >>> shares_of_bands(300, 25), shares_of_bands(10_000_000, 16)
    ([[0, 25]], [[0, 4], [4, 8], [8, 12], [12, 16]])
    """
    fewest = MANY_UNITS if rows >= MANY_ROWS else 1
    units = min(bands, max(fewest, -(-rows * bands // UNIT_KEYS)))
    edges = [bands * number // units for number in range(units + 1)]
    return [[first, last] for first, last in pairwise(edges)]


def _dedup(view: View) -> UnitSpec:
    """Outputs: clusters, duplicates."""
    dedup = view.plan.recipe.dedup
    near = dedup.mode == "near"
    return UnitSpec(
        stage="dedup",
        inputs={
            "documents": view.documents(),
            "text": view.each("normalize", "text"),
            "hashes": view.each("dedup.signatures", "hashes"),
            "pairs": view.every("dedup.bands", "pairs") if near else [],
            **_apart(view),
        },
        params={
            **containment.folding(view),
            "threshold": dedup.threshold,
        },
    )


def _apart(view: View) -> dict[str, str]:
    """What people say are no duplicates, where they say it of any."""
    return {"apart": view.plan.apart} if view.plan.apart and view.has_dedup else {}


def _columns(view: View) -> UnitSpec:
    """Outputs: {"columns": {signal: blob of .npy float32}, "index": blob, "by_id": …}."""
    return UnitSpec(
        stage="columns",
        inputs={
            "documents": view.documents(),
            "signals": [view.signals(number) for number in view.alive],
        },
    )


def _shapes(view: View) -> UnitSpec:
    """Outputs: {"shapes": {"histograms": blob, "quantiles": blob}}, of the columns."""
    return UnitSpec(
        stage="columns.shapes", inputs={"columns": view.out("columns", None, "columns")}
    )


def _keepers(view: View) -> UnitSpec:
    """Outputs: {"keepers": [blob]}, one a part: CLUSTERS rows plus the keeper of each."""
    return UnitSpec(
        stage="decisions.keepers",
        inputs={
            "index": view.out("columns", None, "index"),
            "columns": view.out("columns", None, "columns"),
            "clusters": view.out("dedup", None, "clusters") if view.has_dedup else "",
            "documents": view.documents(),
            "judgements": view.plan.judgements,
            **containment.found(view),
        },
        params={
            "rules": _rules(view.plan.recipe),
            "keeper": view.plan.recipe.dedup.keeper,
            "opt_outs": {name: list(rows) for name, rows in view.plan.opt_outs.items()},
            **_ranks(view),
        },
    )


def _ranks(view: View) -> dict[str, list[int]]:
    """The rank of each part's corpus, where the recipe has any."""
    prefer = view.plan.recipe.dedup.prefer
    if not prefer:
        return {}
    corpora = [view.plan.parts[number].corpus for number in view.alive]
    return {"ranks": ranks_of(corpora, prefer)}


def _decisions(view: View, number: int) -> UnitSpec:
    """Outputs: {"decisions": blob}; counts: kept, dropped, by …"""
    return _part(
        view,
        number,
        "decisions",
        inputs={
            "documents": view.plan.parts[number].documents,
            "text": view.out("normalize", number, "text"),
            "signals": view.signals(number),
            "keepers": view.out_of_part("decisions.keepers", number, "keepers"),
            "judgements": view.plan.judgements,
            **containment.dropped(view, number),
        },
        params={
            "rules": _rules(view.plan.recipe),
            "lists": view.plan.recipe.lists,
            "opt_outs": {name: list(rows) for name, rows in view.plan.opt_outs.items()},
            "dedup_threshold": view.plan.recipe.dedup.threshold,
            **containment.limit(view),
        },
    )


def _endings(view: View, number: int) -> UnitSpec:
    """Outputs: {"endings": blob, "groups": blob}: last lines, and documents by host or folder."""
    inputs = {
        "documents": view.plan.parts[number].documents,
        "text": view.out("normalize", number, "text"),
        "decisions": view.out("decisions", number, "decisions"),
    }
    params = {"lines": view.plan.recipe.footers.lines}
    return _part(view, number, "edits.endings", inputs=inputs, params=params)


def _footers(view: View) -> UnitSpec:
    """Outputs: {"footers": blob}: the lines to cut, by host or source."""
    settings = view.plan.recipe.footers
    return UnitSpec(
        stage="edits.footers",
        inputs={role: view.each("edits.endings", role) for role in ("endings", "groups")},
        params={"min_documents": settings.min_documents, "min_share": settings.min_share},
    )


def _edits(view: View, number: int) -> UnitSpec:
    """Outputs: {"edits": blob, "sizes": blob}; counts: kept documents, characters after edits, …"""
    inputs: dict[str, Any] = {
        "documents": view.plan.parts[number].documents,
        "text": view.out("normalize", number, "text"),
        "decisions": view.out("decisions", number, "decisions"),
        "footers": view.footers,
    }
    params = view.plan.recipe.to_json()["footers"]
    if view.plan.recipe.passages.enabled:
        inputs["copies"] = copies(view)
        params["passages"] = cutting(view.plan.recipe, number)
    return _part(view, number, "edits", inputs=inputs, params=params)


def _train(view: View) -> UnitSpec:
    """Outputs: {"model": blob}."""
    settings = view.plan.recipe.tokenization
    return UnitSpec(
        stage="tokenization.train",
        inputs={
            "documents": view.documents(),
            "text": view.each("normalize", "text"),
            "decisions": view.each("decisions", "decisions"),
            "edits": view.each("edits", "edits"),
            "sizes": view.each("edits", "sizes"),
        },
        params={"vocab_size": settings.vocab_size, "sample_bytes": settings.sample_bytes},
    )


def _tokenization(view: View, number: int) -> UnitSpec:
    """Outputs: {"tokens": blob, "token_counts": blob}; counts: tokens, characters, by domain."""
    return _part(
        view,
        number,
        "tokenization",
        inputs={
            "documents": view.plan.parts[number].documents,
            "text": view.out("normalize", number, "text"),
            "decisions": view.out("decisions", number, "decisions"),
            "edits": view.out("edits", number, "edits"),
            "model": view.model,
        },
    )


def _search(view: View, number: int) -> UnitSpec:
    """Outputs: {"search": {"grams": blob, "ends": blob}}."""
    return _part(view, number, "search", inputs=_texts(view, number))


def _fields(view: View) -> UnitSpec:
    """Outputs: {"facets": {field: {"names": blob, "codes": blob}}}, of the documents."""
    return UnitSpec(
        stage="search.fields", inputs={"tables": view.documents()}, params={"fields": FIELDS}
    )


def _verdicts(view: View) -> UnitSpec:
    """The same of the decisions: these change with each threshold, the documents do not."""
    return UnitSpec(
        stage="search.verdicts",
        inputs={"tables": view.each("decisions", "decisions")},
        params={"fields": [*VERDICTS, RULES]},
    )


def _groups(view: View) -> UnitSpec:
    """Outputs: {"groups": {name: blob}}, of the clusters and the collections."""
    return UnitSpec(
        stage="decisions.groups",
        inputs={
            "keepers": view.out("decisions.keepers", None, "keepers"),
            **containment.found(view),
        },
        params={"rows": [view.plan.parts[number].rows for number in view.alive]},
    )


def _snapshot(view: View) -> UnitSpec:
    """Outputs: {"manifest": blob}. The manifest's content is put together from the results."""
    plan, recipe = view.plan, view.plan.recipe
    tokenized = bool(view.model)
    parts = [_manifest_part(view, number, tokenized) for number in view.alive]
    return UnitSpec(
        stage="snapshot",
        inputs={
            "parts": parts,
            "columns": view.out("columns", None, "columns"),
            "shapes": view.out("columns.shapes", None, "shapes"),
            "index": view.out("columns", None, "index"),
            "by_id": view.out("columns", None, "by_id"),
            "facets": view.out("search.fields", None, "facets")
            | view.out("search.verdicts", None, "facets"),
            "clusters": view.out("dedup", None, "clusters") if view.has_dedup else "",
            "duplicates": view.out("dedup", None, "duplicates") if view.has_dedup else "",
            **containment.found(view),
            "keepers": view.out("decisions.keepers", None, "keepers"),
            "groups": view.out("decisions.groups", None, "groups"),
            "tokenizer": view.model,
            "quarantine": list(plan.quarantine),
            "files": list(plan.files),
            "judgements": plan.judgements,
            **_apart(view),
            **_passages(view),
        },
        params={
            "recipe": recipe.to_json(),
            "recipe_sha256": recipe.sha256,
            "opt_outs": {name: list(rows) for name, rows in plan.opt_outs.items()},
            "failed": [
                {"part": label(n), "rows": plan.parts[n].rows, **why}
                for n, why in sorted(view.failed.items())
            ],
        },
    )


def _passages(view: View) -> dict[str, Any]:
    """A role that only snapshots have whose recipe cuts passages."""
    if not view.plan.recipe.passages.enabled:
        return {}
    return {"passages": view.out("edits.account", None, "passages")}


def _manifest_part(view: View, number: int, tokenized: bool) -> dict[str, Any]:
    return {
        "part": label(number),
        "source": view.plan.parts[number].source,
        "rows": view.plan.parts[number].rows,
        "documents": view.plan.parts[number].documents,
        "text": view.out("normalize", number, "text"),
        "signals": view.signals(number),
        "signatures": view.out("dedup.signatures", number, "signatures") if view.has_near else "",
        "decisions": view.out("decisions", number, "decisions"),
        "edits": view.out("edits", number, "edits"),
        "tokens": view.out("tokenization", number, "tokens") if tokenized else "",
        "token_counts": view.out("tokenization", number, "token_counts") if tokenized else "",
        "search": view.out("search", number, "search"),
        "counts": {
            "decisions": view.counts("decisions", number),
            "edits": view.counts("edits", number),
            "tokenization": view.counts("tokenization", number) if tokenized else {},
        },
    }


#: Stage -> its one unit, which sees the whole snapshot.
SNAPSHOT_UNITS = {
    "dedup": _dedup,
    "dedup.contained": containment.contained,
    "columns": _columns,
    "columns.shapes": _shapes,
    "decisions.keepers": _keepers,
    "decisions.groups": _groups,
    "edits.footers": _footers,
    "edits.account": account,
    "tokenization.train": _train,
    "search.fields": _fields,
    "search.verdicts": _verdicts,
    "snapshot": _snapshot,
}
#: Stage -> the units that share out the whole snapshot.
PARTITION_UNITS = {
    "dedup.bands": _bands,
    "dedup.overlaps": containment.overlaps,
    "edits.copies": copies_units,
}
#: Stage -> its unit on one part.
PART_UNITS = {
    "normalize": _normalize,
    "signals": _signals,
    "signals.dear": _dear_signals,
    "dedup.signatures": _signatures,
    "dedup.samples": containment.samples,
    "decisions": _decisions,
    "edits.endings": _endings,
    "edits.passages": passage_hashes,
    "edits": _edits,
    "tokenization": _tokenization,
    "search": _search,
}
