"""manage.py verify EXPORT"""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from curation.management.operator import operator
from curation.management.output import Verb
from curation.models import Export
from curation.verification import verified


class Command(Verb):
    help = "Hash every file of an export again and hold it against the manifest."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("export", type=int)
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        export = Export.objects.filter(pk=options["export"]).first()
        if export is None:
            raise CommandError(f"There is no export {options['export']}.")
        if not export.manifest:
            raise CommandError(f"Export {export.pk} is not finished; nothing to verify yet.")
        found = verified(export, by=operator()).detail["problems"]
        problems = [problem for file in found.values() for problem in file]
        result = {"export": export.pk, "files": len(export.files), "problems": problems}
        self.say(result, as_json=options["json"])
        if problems:
            raise CommandError(
                f"{len(problems)} problems. Make the export again: it writes what is damaged anew."
            )
