"""``python -m corpora``: a recipe over files, with no Django and no database."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from corpora import judgements_file
from corpora import recipe as recipes
from corpora.errors import KotoguraError, SourceError
from corpora.estimating.command import add_arguments as add_estimate
from corpora.fetch.policy import Policy
from corpora.fetch.urls import check, is_url, parted
from corpora.ingest.columns import parsed
from corpora.ingest.formats import reader_named
from corpora.ingest.lacking import require_columns
from corpora.ingest.options import add_reading_options
from corpora.ingest.patterns import pattern_of
from corpora.ingest.scan import files_of
from corpora.pipeline import make
from corpora.plans import IngestPlan
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
        print(f"corpora: stopped; {options.when_stopped}", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m corpora", description=__doc__)
    parser.set_defaults(when_stopped="nothing was written.")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    run = verbs.add_parser("run", help="read, measure, deduplicate, decide, edit, tokenise, export")
    run.add_argument("recipe", help=f"{', '.join(recipes.shipped())}, or a TOML file")
    run.add_argument(
        "paths",
        nargs="+",
        metavar="PATH",
        help="files, folders, patterns, or URLs (http, https, s3)",
    )
    add_reading_options(run)
    run.add_argument("--out", type=Path, required=True, metavar="DIR")
    run.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    run.add_argument(
        "--judgements",
        type=Path,
        help="Parquet or TSV: id and keep|drop|prefer, or apart and another id",
    )
    run.add_argument(
        "--allow-private",
        action="append",
        default=[],
        metavar="HOST:PORT",
        help="fetch from this server although its address is not public",
    )
    run.set_defaults(verb=_run)
    add_estimate(verbs.add_parser("estimate", help="time, memory and disk of a run, by stage"))
    fetch = verbs.add_parser("pull", help="mirror an export of a workbench into a folder")
    fetch.add_argument("url")
    fetch.add_argument("--out", type=Path, required=True, metavar="DIR")
    fetch.add_argument("--token", default=os.environ.get("KOTOGURA_TOKEN", ""))
    fetch.add_argument("--verify", action="store_true", help="hash what is there already, too")
    fetch.set_defaults(verb=_pull, when_stopped="what has come is kept, run the same again.")
    return parser


def _pull(options: argparse.Namespace) -> None:
    pull(options.url, options.out, token=options.token, verify=options.verify)


def _run(options: argparse.Namespace) -> None:
    recipe = recipes.load(options.recipe)
    given = _given(options)
    out: Path = options.out
    if options.workers < 1:
        raise KotoguraError("--workers must be at least 1.")
    judgements = judgements_file.read(options.judgements) if options.judgements else None
    try:
        _require_usable(out)
        _make(options.workers, recipe, given, judgements, out)
    except OSError as error:
        raise KotoguraError(
            f"{out} cannot be written: {os.strerror(error.errno) if error.errno else error}.",
            remedy="Free some space, or name a folder with --out that you may write to.",
        ) from error
    print(f"{out / 'report.json'} is written.", file=sys.stderr)


def _make(
    workers: int,
    recipe: recipes.Recipe,
    given: IngestPlan,
    judgements: judgements_file.Judged | None,
    out: Path,
) -> None:
    with tempfile.TemporaryDirectory(prefix=".work-", dir=out.parent) as scratch, _bar() as bar:
        store = Store(Path(scratch) / "store")
        watcher = _watch(bar)
        runner = Runner(store, workers=workers, watcher=watcher)
        with runner.open():
            make(runner, store, recipe, given, judgements, Path(scratch) / "out", watcher)
        _publish(Path(scratch) / "out", out)


def _given(options: argparse.Namespace) -> IngestPlan:
    """Paths that exist, and URLs that may be fetched."""
    policy = Policy(private_allowed=tuple(options.allow_private))
    urls = [parted(argument) for argument in options.paths if is_url(argument)]
    for url, _ in urls:
        check(url, policy)
    paths = [_existing(argument) for argument in options.paths if not is_url(argument)]
    if options.format != "auto":
        reader_named(options.format)
    columns = parsed(options.map)
    if columns and paths:
        require_columns(files_of(paths), options.format, columns)
    return IngestPlan(
        paths=tuple(paths),
        format=options.format,
        licence=options.licence or None,
        domain=options.domain or None,
        columns=columns,
        urls=tuple({"url": url, "sha256": sha256} for url, sha256 in urls),
        policy=policy,
    )


def _existing(path: str) -> str:
    if not pattern_of(path).root.exists():
        raise SourceError(path, None, "there is no such file or folder.", remedy="Check the path.")
    return path


def _require_usable(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise KotoguraError(f"{out} is a file.", remedy="Name a new folder with --out.")
    if out.exists() and any(out.iterdir()):
        raise KotoguraError(f"{out} is not empty.", remedy="Name a new folder with --out.")
    out.parent.mkdir(parents=True, exist_ok=True)


def _publish(made: Path, out: Path) -> None:
    """One rename: the folder appears whole or not at all."""
    if out.exists():
        out.rmdir()
    made.rename(out)


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description:<20}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
    )


def _watch(bar: Progress) -> Watcher:
    """A stage's bar begins when the stage does: its rate and ETA are its own."""
    task = bar.add_task("", total=None, rate="")

    def on_unit(stage: str, done: int, total: int) -> None:
        if not done:
            bar.reset(task, description=stage, total=total, rate="")
            return
        elapsed = bar.tasks[0].elapsed or 0.0
        rate = f"{done / elapsed:,.1f} units/s" if elapsed else ""
        bar.update(task, completed=done, rate=rate)

    return Watcher(on_unit=on_unit)


def _interrupt(*_: object) -> None:
    """Being told to stop is being interrupted: nothing half-made stays behind."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _interrupt)
    sys.exit(main())
