"""``python -m corpora``: a recipe over files, with no Django and no database."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from corpora import recipe as recipes
from corpora import report
from corpora.documents import JUDGEMENTS
from corpora.errors import KotoguraError, SourceError
from corpora.export.materialise import materialise
from corpora.plans import CuratePlan, ExportPlan, IngestPlan, accounts_of, only, parts_of
from corpora.pull import pull
from corpora.runner import Runner, Watcher
from corpora.storage import Store


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 0 when all that was asked is done, 1 when not, 2 for a mistyped command."""
    options = _parser().parse_args(arguments)
    try:
        options.verb(options)
    except KotoguraError as error:
        print(f"corpora: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("corpora: stopped; what was finished is kept, run the same again.", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m corpora", description=__doc__)
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    run = verbs.add_parser("run", help="read, measure, deduplicate, decide, edit, tokenise, export")
    run.add_argument("recipe", help=f"{', '.join(recipes.shipped())}, or a TOML file")
    run.add_argument("paths", nargs="+", metavar="PATH", help="files or folders")
    run.add_argument("--out", type=Path, required=True, metavar="DIR")
    run.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    run.add_argument("--judgements", type=Path, help="Parquet or TSV with id and keep|drop")
    run.set_defaults(verb=_run)
    fetch = verbs.add_parser("pull", help="mirror an export of a workbench into a folder")
    fetch.add_argument("url")
    fetch.add_argument("--out", type=Path, required=True, metavar="DIR")
    fetch.add_argument("--token", default=os.environ.get("KOTOGURA_TOKEN", ""))
    fetch.add_argument("--verify", action="store_true", help="hash what is there already, too")
    fetch.set_defaults(verb=_pull)
    return parser


def _pull(options: argparse.Namespace) -> None:
    pull(options.url, options.out, token=options.token, verify=options.verify)


def _run(options: argparse.Namespace) -> None:
    recipe = recipes.load(options.recipe)
    paths = tuple(_existing(path) for path in options.paths)
    out: Path = options.out
    if options.workers < 1:
        raise KotoguraError("--workers must be at least 1.")
    judgements = _judgements(options.judgements) if options.judgements else None
    _require_usable(out)
    with tempfile.TemporaryDirectory(prefix=".work-", dir=out.parent) as scratch, _bar() as bar:
        store = Store(Path(scratch) / "store")
        watcher = _watch(bar)
        runner = Runner(store, workers=options.workers, watcher=watcher)
        with runner.open():
            _pipeline(runner, store, recipe, paths, judgements, Path(scratch) / "out", watcher)
        _publish(Path(scratch) / "out", out)
    print(f"{out / 'report.json'} is written.", file=sys.stderr)


def _pipeline(
    runner: Runner,
    store: Store,
    recipe: recipes.Recipe,
    paths: tuple[str, ...],
    judgements: pa.Table | None,
    out: Path,
    watcher: Watcher,
) -> None:
    ingested = runner.run(IngestPlan(paths=paths))
    plan = CuratePlan(
        recipe=recipe,
        parts=tuple(parts_of(ingested)),
        quarantine=accounts_of(ingested, "quarantine"),
        files=accounts_of(ingested, "files"),
        judgements=store.put_table(judgements) if judgements is not None else "",
        tokenizer=_given_tokenizer(recipe, store),
    )
    curated = runner.run(plan)
    blob = only(curated, "snapshot").outputs["manifest"]
    manifest = store.read_json(blob)
    for format in recipe.export.formats:
        _export(runner, store, blob, manifest, format, recipe.export.seed, out)
    report.write(manifest, store, out, seconds=watcher.seconds)


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


def _existing(path: str) -> str:
    if not Path(path).exists():
        raise SourceError(path, None, "there is no such file or folder.", remedy="Check the path.")
    return path


def _require_usable(out: Path) -> None:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise KotoguraError(f"{out} is not empty.", remedy="Name a new folder with --out.")
    out.parent.mkdir(parents=True, exist_ok=True)


def _publish(made: Path, out: Path) -> None:
    """One rename: the folder appears whole or not at all."""
    if out.exists():
        out.rmdir()
    made.rename(out)


def _judgements(path: Path) -> pa.Table:
    """Rows of id and verdict from Parquet, or from text with a tab between them."""
    if not path.is_file():
        raise SourceError(str(path), None, "there is no such file.", remedy="Check --judgements.")
    if path.suffix == ".parquet":
        rows = pq.read_table(path, columns=["id", "verdict"]).to_pylist()
    else:
        lines = path.read_text(encoding="utf-8").splitlines()
        rows = [_judgement(path, number, line) for number, line in enumerate(lines, 1) if line]
    last = {row["id"]: row["verdict"] for row in rows}
    wrong = next((id_ for id_, verdict in last.items() if verdict not in ("keep", "drop")), None)
    if wrong is not None:
        raise SourceError(
            str(path), None, f"{wrong} is judged {last[wrong]!r}.", remedy="Write keep or drop."
        )
    ids = sorted(last)
    return pa.table({"id": ids, "verdict": [last[id_] for id_ in ids]}, schema=JUDGEMENTS)


def _judgement(path: Path, number: int, line: str) -> dict[str, str]:
    id_, tab, verdict = line.partition("\t")
    if not tab:
        raise SourceError(
            str(path),
            None,
            f"line {number} has no tab.",
            remedy="Write the id, a tab, keep or drop.",
        )
    return {"id": id_.strip(), "verdict": verdict.strip()}


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description:<20}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
    )


def _watch(bar: Progress) -> Watcher:
    task = bar.add_task("", total=None)

    def on_unit(stage: str, done: int, total: int) -> None:
        bar.update(task, description=stage, completed=done, total=total)

    return Watcher(on_unit=on_unit)


if __name__ == "__main__":
    sys.exit(main())
