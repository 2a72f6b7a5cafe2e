"""manage.py backup DIR"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from curation.actions import audit
from curation.management.bars import bar
from curation.management.operator import operator
from curation.management.output import Verb
from curation.upkeep.backup import back_up


class Command(Verb):
    help = "Write the database and the store into a folder; again: only what is new."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"].absolute()
        manifest, copied = back_up(folder, watch=bar)
        audit.record(by=operator(), action="backup", target=str(folder)[:200], **manifest["store"])
        rows = sum(manifest["database"]["rows"].values())
        result = {
            "folder": str(folder),
            "rows": rows,
            **manifest["store"],
            "copied_blobs": copied.blobs,
            "copied_bytes": copied.bytes,
            "damaged": copied.damaged,
        }
        self.say(result, as_json=options["json"])
        if copied.damaged:
            raise CommandError(
                f"{len(copied.damaged)} blobs are damaged and not in the backup:"
                " run fsck --deep --repair, make them again, then back up again."
            )
