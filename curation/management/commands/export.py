"""manage.py export SNAPSHOT --format F"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from corpora.export.materialise import materialise
from curation.actions.exports import create_export
from curation.management.operator import operator
from curation.management.output import Verb
from curation.management.waiting import wait_for
from curation.models import Export, Snapshot, Tokenizer
from curation.store import store


class Command(Verb):
    help = "Write training shards from a snapshot; with --out also into a folder."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("snapshot", type=int)
        parser.add_argument("--format", required=True, choices=Export.Format.values)
        parser.add_argument("--tokenizer", help="a tokenizer's name; the snapshot's own otherwise")
        parser.add_argument("--seed", type=int, default=0, help="of the global order")
        parser.add_argument("--out", type=Path, help="a folder to write the files into")
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
        parser.add_argument("--no-wait", action="store_true", help="return the run's id at once")

    def handle(self, *args: Any, **options: Any) -> None:
        snapshot = Snapshot.objects.filter(pk=options["snapshot"]).first()
        if snapshot is None:
            raise CommandError(f"There is no snapshot {options['snapshot']}.")
        out: Path | None = options["out"]
        if out is not None and out.exists() and not out.is_dir():
            raise CommandError(f"{out} is a file. Name a new folder with --out.")
        if out is not None and out.exists() and any(out.iterdir()):
            raise CommandError(f"{out} is not empty. Name a new folder with --out.")
        export = create_export(
            snapshot=snapshot,
            format=options["format"],
            tokenizer=_tokenizer(options["tokenizer"]),
            settings={"seed": options["seed"]},
            by=operator(),
        )
        run = export.runs.get()
        if options["no_wait"]:
            self.say({"run": run.pk, "export": export.pk}, as_json=options["json"])
            return
        self.require_done(wait_for(run))
        export.refresh_from_db()
        if out is not None:
            materialise(export.manifest, store(), out)
        self.say(_account(export), as_json=options["json"])


def _account(export: Export) -> dict[str, Any]:
    return {
        "export": export.pk,
        "format": export.format,
        "manifest": export.manifest,
        "documents": export.documents,
        "tokens": export.counted_tokens,
        "bytes": export.bytes,
        "files": len(export.files),
    }


def _tokenizer(name: str | None) -> Tokenizer | None:
    if name is None:
        return None
    tokenizer = Tokenizer.objects.filter(name=name).first()
    if tokenizer is None:
        there = ", ".join(Tokenizer.objects.values_list("name", flat=True)) or "none yet"
        raise CommandError(f"There is no tokenizer {name}. The tokenizers are: {there}.")
    return tokenizer
