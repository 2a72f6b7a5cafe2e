"""What runs gave: sources, snapshots, tokenizers and exports, their blobs and their sums."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from django.db.models import Exists, OuterRef

from corpora.errors import StoreError
from corpora.stages import blobs_in
from curation.models import Corpus, Export, Run, Snapshot, Source, Tokenizer
from curation.store import store
from curation.upkeep.blobs import Blobs
from curation.upkeep.watching import Finding, Watch

_FAULT = "This is a fault of the product: please report it with this line."


def sources(blobs: Blobs, watch: Watch) -> Iterator[Finding]:
    """Documents and quarantined records of a source, by its parts and by its files' account."""
    found = Source.objects.order_by("id")
    for source in watch(found.iterator(chunk_size=20), "sources", found.count()):
        where = f"source {source.pk} ({source.location})"
        tables = [part["documents"] for part in source.parts]
        for sha256 in (source.blob, *tables, *source.files, *source.quarantine):
            yield from blobs.missing(sha256, where)
        if source.ready:
            rows = {part["documents"]: part["rows"] for part in source.parts}
            yield from _differs(where, "its parts'", sum(rows.values()), source.documents)
            yield from _rows(blobs, where, rows)
            yield from _quarantine(blobs, where, source)


def _quarantine(blobs: Blobs, where: str, source: Source) -> Iterator[Finding]:
    counted = [blobs.rows(blob) for blob in source.quarantine if blob]
    if None not in counted:
        told = sum(source.quarantined.values())
        yield from _differs(where, "the quarantine's", sum(filter(None, counted)), told)


def snapshots(blobs: Blobs, watch: Watch) -> Iterator[Finding]:
    """Documents in = kept + dropped + failed, in each part and in the whole."""
    found = Snapshot.objects.select_related("run").order_by("id")
    for snapshot in watch(found.iterator(chunk_size=20), "snapshots", found.count()):
        where = f"snapshot {snapshot.pk}"
        if snapshot.run.state != Run.State.DONE:
            yield Finding(
                what=f"its run {snapshot.run_id} is {snapshot.run.state}.",
                where=where,
                remedy="Restore the database from a backup.",
            )
        yield from blobs.missing(snapshot.manifest, where)
        manifest = _read(snapshot.manifest)
        if manifest is None:
            continue
        if manifest["counts"] != snapshot.counts:
            yield Finding(
                what="its counts are not those of its manifest.", where=where, remedy=_FAULT
            )
        yield from _whole_snapshot(blobs, where, manifest)


def _whole_snapshot(blobs: Blobs, where: str, manifest: dict[str, Any]) -> Iterator[Finding]:
    """Of the blobs that it names (parameters hold hashes that name none)."""
    named = {name: value for name, value in manifest.items() if name not in _NO_BLOBS}
    for sha256 in blobs_in(named):
        yield from blobs.missing(sha256, where)
    counts = manifest["counts"]
    accounted = counts["kept"] + sum(counts["dropped"].values()) + counts["failed"]
    yield from _differs(where, "its verdicts'", accounted, counts["documents_in"])
    parts = sum(part["rows"] for part in (*manifest["parts"], *manifest["failed"]))
    yield from _differs(where, "its parts'", parts, counts["documents_in"])
    # Columns, duplicates and facets count rows as the index does.
    there = sum(part["rows"] for part in manifest["parts"])
    yield from _rows(blobs, where, {manifest["index"]: there})
    for part in manifest["parts"]:
        yield from _part(blobs, f"{where}, part {part['part']}", part)


#: Of a snapshot's manifest: what was asked, not what was made.
_NO_BLOBS = frozenset({"recipe", "recipe_sha256", "opt_outs", "counts", "failed", "kind"})


def _part(blobs: Blobs, where: str, part: dict[str, Any]) -> Iterator[Finding]:
    decided, edited = part["counts"]["decisions"], part["counts"]["edits"]
    verdicts = decided["kept"] + sum(decided["dropped"].values())
    yield from _differs(where, "its verdicts'", verdicts, part["rows"])
    if edited["documents"] > decided["kept"]:
        yield Finding(
            what=f"{edited['documents']:,} documents after edits, of {decided['kept']:,} kept.",
            where=where,
            remedy=_FAULT,
        )
    aligned = [part["documents"], part["text"], *part["signals"].values(), part["decisions"]]
    yield from _rows(blobs, where, dict.fromkeys(aligned, part["rows"]))


def _rows(blobs: Blobs, where: str, stated: Mapping[str, int]) -> Iterator[Finding]:
    """Deep only: the tables of a part are row by row about the same documents."""
    for sha256, rows in stated.items() if blobs.deep else ():
        counted = blobs.rows(sha256)
        if counted is not None:
            yield from _differs(where, f"the table {sha256}'s", counted, rows)


def corpora(blobs: Blobs, watch: Watch) -> Iterator[Finding]:
    """A head is a published snapshot of its corpus."""
    published = Snapshot.objects.filter(
        pk=OuterRef("head"), corpora=OuterRef("pk"), run__state=Run.State.DONE
    )
    wrong = Corpus.objects.exclude(head=None).exclude(Exists(published))
    for corpus in wrong.order_by("name"):
        yield Finding(
            what=f"its head, snapshot {corpus.head_id}, is no published snapshot of it.",
            where=f"corpus {corpus.name}",
            remedy="Curate the corpus again.",
        )


def tokenizers(blobs: Blobs, watch: Watch) -> Iterator[Finding]:
    for tokenizer in Tokenizer.objects.order_by("id"):
        yield from blobs.missing(tokenizer.blob, f"tokenizer {tokenizer.name}")


def exports(blobs: Blobs, watch: Watch) -> Iterator[Finding]:
    """Every file of a finished export is there, as long as its manifest says."""
    found = Export.objects.exclude(manifest="").order_by("id")
    for export in watch(found.iterator(chunk_size=20), "exports", found.count()):
        where = f"export {export.pk}"
        yield from blobs.missing(export.manifest, where)
        manifest = _read(export.manifest)
        stated = {file["name"]: file for file in manifest["files"]} if manifest else export.files
        if stated != export.files:
            yield Finding(
                what="its files are not those of its manifest.", where=where, remedy=_FAULT
            )
        for name, file in stated.items():
            yield from _file(blobs, f"{where}, {name}", file)


def _file(blobs: Blobs, where: str, file: Mapping[str, Any]) -> Iterator[Finding]:
    yield from blobs.missing(file["sha256"], where)
    # Deep, a file that grew or shrank is found by its hash.
    if not blobs.deep and store().has(file["sha256"]):
        yield from _differs(
            where, "the file's", store().size(file["sha256"]), file["bytes"], "bytes"
        )


def _differs(
    where: str, whose: str, counted: int, stated: int, unit: str = "documents"
) -> Iterator[Finding]:
    if counted != stated:
        yield Finding(
            what=f"{whose} {unit} are {counted:,}; stated are {stated:,}.",
            where=where,
            remedy="Check with fsck --deep; if nothing is damaged, report it as a fault.",
        )


def _read(sha256: str) -> dict[str, Any] | None:
    """A manifest; None when it cannot be read, which is said elsewhere (deep)."""
    try:
        value: dict[str, Any] = store().read_json(sha256)
    except (StoreError, orjson.JSONDecodeError):
        return None
    return value
