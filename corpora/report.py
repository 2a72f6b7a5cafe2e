"""What ``python -m corpora run`` writes: the report and one folder of tables a role."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpora.documents import DOCUMENTS, DUPLICATES, QUARANTINE
from corpora.final_texts import final_texts
from corpora.ingest.accounts import joined
from corpora.plans import Results
from corpora.row_group_writer import layout
from corpora.runner import Runner
from corpora.snapshots import add
from corpora.storage import Store, open_store

Manifest = Mapping[str, Any]

_OUT_DOCUMENTS = DOCUMENTS.append(pa.field("raw", pa.large_string())).append(
    pa.field("final", pa.large_string())
)


def rates(ingested: Results, seconds: Mapping[str, float]) -> dict[str, float]:
    """Blob of files' accounts -> the bytes a second at which their unit read them together."""
    return {
        outcome.result.outputs["files"]: outcome.result.counts["bytes"] / seconds[outcome.part]
        for outcome in ingested["ingest"]
        if outcome.result is not None and seconds.get(outcome.part)
    }


def write(
    runner: Runner,
    manifest: Manifest,
    store: Store,
    out: Path,
    *,
    seconds: Mapping[str, float],
    rates: Mapping[str, float],
    fetched: Sequence[str] = (),
) -> dict[str, Any]:
    """Write every output of the run below ``out``; returns the report. ``report.json`` is last.

    ``fetched`` are the records of what was not read in place.
    """
    runner.spread("report", _write_part, [(out, *part) for part in enumerate(manifest["parts"])])
    for number, blob in enumerate(manifest["quarantine"]):
        _copy(store, blob, _file(out, "quarantine", number))
    if not manifest["quarantine"]:
        pq.write_table(QUARANTINE.empty_table(), _file(out, "quarantine", 0))
    _write_duplicates(manifest, store, out / "duplicates.parquet")
    if "contained" in manifest:
        _write_contained(manifest["contained"], store, out / "contained.parquet")
    report = {
        **_report(manifest, store, seconds, rates),
        "fetched": [store.read_json(record) for record in fetched],
    }
    temporary = out / "report.json.tmp"
    temporary.write_bytes(orjson.dumps(report, option=orjson.OPT_INDENT_2))
    temporary.replace(out / "report.json")
    return report


def _report(
    manifest: Manifest, store: Store, seconds: Mapping[str, float], rates: Mapping[str, float]
) -> dict[str, Any]:
    counts = manifest["counts"]
    kept = ("documents_in", "kept", "dropped", "failed", "quarantined", "bytes_in")
    files = joined(
        {**file, "rate": rates.get(blob)}
        for blob in manifest["files"]
        for file in store.read_json(blob)
    )
    for file in files:
        rate = file.pop("rate")
        file["bytes_per_second"] = None if rate is None else round(rate)
    return {
        **{name: counts[name] for name in kept},
        "characters": counts["characters"],
        "kept_characters": counts["kept_characters"],
        "tokens": counts["tokens"],
        "by_source": counts["by_source"],
        "by_domain": counts["by_domain"],
        "edits": _edits(manifest, store),
        "files": files,
        "failed_parts": manifest["failed"],
        "seconds": {stage: round(spent, 3) for stage, spent in seconds.items()},
        "recipe": manifest["recipe"]["name"],
        "recipe_sha256": manifest["recipe_sha256"],
    }


def _edits(manifest: Manifest, store: Store) -> dict[str, dict[str, int]]:
    """Edits, documents that they are in, and characters that they take, by rule."""
    totals: dict[str, dict[str, int]] = {}
    for part in manifest["parts"]:
        table = store.read_table(part["edits"])
        rules: Any = pc.unique(table["rule"]).to_pylist()
        for rule in rules:
            own = table.filter(pc.equal(table["rule"], rule))
            sizes: Any = pc.subtract(own["end"], own["start"])
            written: Any = pc.utf8_length(own["replacement"])
            found = {
                "edits": own.num_rows,
                "documents": len(pc.unique(own["row"])),
                "characters": pc.sum(sizes).as_py() - pc.sum(written).as_py(),
            }
            totals[rule] = add([totals.get(rule, {}), found])
    return dict(sorted(totals.items()))


def _file(out: Path, role: str, number: int) -> Path:
    folder = out / role
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"part-{number:05d}.parquet"


def _copy(store: Store, blob: str, path: Path) -> None:
    shutil.copyfile(store.path(blob), path)


def _write_part(address: dict[str, Any], part: tuple[Path, int, Mapping[str, Any]]) -> None:
    """What is said of the documents of one part, by the process that has time."""
    store = open_store(**address)
    out, number, blobs = part
    _write_documents(blobs, store, _file(out, "documents", number))
    _write_signals(blobs, store, _file(out, "signals", number))
    _copy(store, blobs["decisions"], _file(out, "decisions", number))


def _write_documents(part: Mapping[str, Any], store: Store, path: Path) -> None:
    """``text`` becomes the normalised text; ``raw`` the text as read where it differs."""
    with (
        pq.ParquetWriter(path, _OUT_DOCUMENTS, **layout(_OUT_DOCUMENTS, leaves=True)) as writer,
        store.parquet(part["documents"]) as documents,
        store.parquet(part["text"]) as texts,
    ):
        for number, final in enumerate(final_texts(store, part)):
            read = documents.read_row_group(number)
            text = texts.read_row_group(number)["text"]
            same: Any = pc.equal(read["text"], text)
            columns = {
                **{name: read[name] for name in DOCUMENTS.names},
                "text": text,
                "raw": pc.if_else(same, pa.scalar(None, pa.large_string()), read["text"]),
                "final": final.texts,
            }
            writer.write_table(pa.table(columns, schema=_OUT_DOCUMENTS))


def _write_signals(part: Mapping[str, Any], store: Store, path: Path) -> None:
    ids = store.read_table(part["documents"], columns=["id"])
    columns: dict[str, pa.ChunkedArray[Any]] = {"id": ids["id"]}
    for blob in part["signals"].values():
        group = store.read_table(blob)
        columns.update({name: group[name] for name in group.column_names})
    pq.write_table(pa.table(columns), path, compression="zstd")


def _write_duplicates(manifest: Manifest, store: Store, path: Path) -> None:
    if manifest["duplicates"]:
        _copy(store, manifest["duplicates"], path)
    else:
        pq.write_table(DUPLICATES.empty_table(), path)


def _write_contained(blob: str, store: Store, path: Path) -> None:
    """``a``, ``b``, and which share of the n-grams of each the other has."""
    pairs = store.read_table(blob)
    columns = {
        "a": pairs["a"],
        "b": pairs["b"],
        "share_of_a": pc.divide(pairs["shared"].cast(pa.float64()), pairs["a_grams"]),
        "share_of_b": pc.divide(pairs["shared"].cast(pa.float64()), pairs["b_grams"]),
    }
    pq.write_table(pa.table(columns), path)
