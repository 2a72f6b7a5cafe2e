"""A recipe over files, from reading to shards: what ``python -m corpora run`` does."""

from __future__ import annotations

import sys
from pathlib import Path

from corpora import judgements_file, report
from corpora import recipe as recipes
from corpora.errors import KotoguraError
from corpora.export.materialise import materialise
from corpora.ingest.accounts import joined
from corpora.lost_files import lost_files
from corpora.plans import (
    CuratePlan,
    ExportPlan,
    IngestPlan,
    Results,
    accounts_of,
    only,
    parts_of,
    records_of,
)
from corpora.runner import Runner, Watcher
from corpora.storage import Store


def make(
    runner: Runner,
    store: Store,
    recipe: recipes.Recipe,
    given: IngestPlan,
    judgements: judgements_file.Judged | None,
    out: Path,
    watcher: Watcher,
) -> None:
    """Everything from files to a report: ingest, curation and exports, written below ``out``.

    Raises KotoguraError when no document was read, or something that everything rests on failed.
    """
    ingested = runner.run(given)
    files = _files(ingested, store)
    plan = CuratePlan(
        recipe=recipe,
        parts=tuple(parts_of(ingested)),
        quarantine=accounts_of(ingested, "quarantine"),
        files=files,
        judgements=store.put_table(judgements.documents) if judgements else "",
        apart=store.put_table(judgements.apart) if judgements and judgements.apart.num_rows else "",
        tokenizer=_given_tokenizer(recipe, store),
    )
    curated = runner.run(plan)
    blob = only(curated, "snapshot").outputs["manifest"]
    manifest = store.read_json(blob)
    for format in recipe.export.formats:
        _export(runner, store, blob, manifest, format, recipe.export.seed, out)
    report.write(
        runner,
        manifest,
        store,
        out,
        seconds=watcher.seconds,
        rates=report.rates(ingested, watcher.reading),
        fetched=records_of(ingested),
    )


def _files(ingested: Results, store: Store) -> tuple[str, ...]:
    """The blobs of the files' accounts. Says what could not be read; raises when nothing was."""
    blobs = accounts_of(ingested, "files")
    if lost := lost_files(ingested):
        blobs = (*blobs, store.put_json(lost))
    files = joined(file for blob in blobs for file in store.read_json(blob))
    errors = [file["error"] for file in files if file["error"]]
    if not any(file["documents"] for file in files):
        quarantined = sum(file["quarantined"] for file in files)
        raise KotoguraError(
            f"no document was read from {len(files)} files ({len(errors)} with errors, "
            f"{quarantined} records quarantined).",
            remedy=errors[0] if errors else "docs/formats.md says what is read.",
        )
    if errors:
        print(
            f"corpora: {len(errors)} of {len(files)} files could not be read, or not to the "
            "end; the report says why.",
            file=sys.stderr,
        )
    return blobs


def _export(
    runner: Runner,
    store: Store,
    snapshot: str,
    manifest: report.Manifest,
    format: str,
    seed: int,
    out: Path,
) -> None:
    tokenizer = manifest["tokenizer"] if format == "megatron" else ""
    if format == "megatron" and not tokenizer:
        print(
            "corpora: no tokenizer could be trained on what was kept (too little text?), "
            "so there is no megatron export.",
            file=sys.stderr,
        )
        return
    plan = ExportPlan(
        snapshot=snapshot,
        manifest=manifest,
        format=format,
        tokenizer=tokenizer,
        settings={"seed": seed},
    )
    result = only(runner.run(plan), "export")
    materialise(result.outputs["manifest"], store, out / "export" / format)


def _given_tokenizer(recipe: recipes.Recipe, store: Store) -> str:
    """A recipe may name a .model file; "train" and "none" are no files."""
    name = recipe.tokenization.tokenizer
    if name in ("train", "none"):
        return ""
    from corpora.tokenization.models import check_model

    check_model(Path(name))
    return store.put_file(Path(name))
