"""manage.py restore DIR"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from curation.actions import audit
from curation.management.bars import bar
from curation.management.operator import operator
from curation.management.output import Verb
from curation.upkeep.fsck import extent
from curation.upkeep.restore import checked, restore


class Command(Verb):
    help = "Fill an empty database and store from a backup, and check everything."
    # The database may have no tables yet.
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"].absolute()
        manifest, copied = restore(folder, watch=bar)
        audit.record(by=operator(), action="restore", target=str(folder)[:200])
        findings = list(checked(bar))
        wrong = sum(finding.wrong for finding in findings)
        result = {
            "made_at": manifest["made_at"],
            "rows": sum(manifest["database"]["rows"].values()),
            "blobs": copied.blobs,
            "bytes": copied.bytes,
            "checked": extent(),
            "findings": [
                finding.to_json() if options["json"] else str(finding) for finding in findings
            ],
        }
        self.say(result, as_json=options["json"])
        if wrong:
            raise CommandError(f"It is restored, but {wrong} things are wrong with it.")
