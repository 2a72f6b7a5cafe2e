"""Clusters of a hundred million signatures: time by step, memory, disk."""

from __future__ import annotations

import shutil

from benchmarks.contest import Answer, Contender, Given, run
from benchmarks.results import Result
from benchmarks.workshop import Workshop

_COLUMNS = (
    "documents",
    "on the clock",
    "of the processor",
    "rate",
    "own memory",
    "with files",
    "disk",
)
_STEPS = {
    "exact": "exact copies",
    "bands": "bands and estimates",
    "together": "pairs put together",
    "union_find": "union-find",
}
#: Of a document: its share of the pairs of all bands, with room.
_DISK_BYTES = 120


def study(shop: Workshop) -> Result:
    needed = shop.signatures * _DISK_BYTES
    if needed > shutil.disk_usage(shop.folder).free * 0.9:
        raise OSError(f"{needed / 1e9:.1f} GB of pairs do not fit; use --signatures")
    options = {"documents": str(shop.signatures), "seed": str(shop.seed)}
    contender = Contender(
        label="ours", module="ours.clustering", work="clustering", cores=2, options=options
    )
    answer = run(contender, Given(input=shop.folder))
    return told(answer)


def told(answer: Answer) -> Result:
    counts = answer.counts
    row = [
        f"{answer.documents:,}",
        f"{answer.seconds:,.0f} s",
        f"{answer.cpu_seconds:,.0f} s",
        f"{answer.documents / answer.seconds:,.0f} documents/s",
        f"{counts['own_memory'] / 1e6:,.0f} MB",
        f"{answer.peak_rss / 1e6:,.0f} MB",
        f"{counts['disk'] / 1e6:,.0f} MB",
    ]
    steps = ", ".join(f"{said} {counts[name]:,.0f} s" for name, said in _STEPS.items())
    return Result(
        name="clustering",
        title=f"{answer.documents:,} signatures to clusters, bands and rows of the recipe default",
        columns=_COLUMNS,
        rows=[row],
        data={
            "versions": dict(answer.versions),
            "seconds": answer.seconds,
            "cpu_seconds": answer.cpu_seconds,
            "peak_rss": answer.peak_rss,
            "documents": answer.documents,
            "counts": dict(counts),
        },
        notes=[
            f"{steps}; {counts['units']:.0f} shares of the bands, two at a time.",
            f"{counts['found'] / counts['copies']:.4%} of {counts['copies']:,.0f} near copies "
            f"(Jaccard .8 to 1) are with their original; {counts['joined']:,.0f} documents joined "
            f"another one by {counts['pairs']:,.0f} pairs. Exact copies are looked for once here, "
            "by each unit of bands in a run.",
            "Signatures are made from their numbers whenever they are looked at, which is part of "
            "the time; a run maps them from the store (512 bytes a document).",
            "To reach: 100,000,000 within 8 GB.",
        ],
    )
