"""What every command says and how: one JSON object on stdout, everything else on stderr."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import translation
from django.utils.translation import gettext as _

from corpora.errors import KotoguraError
from curation.models import Run


class Verb(BaseCommand):
    """A command whose errors are one sentence and whose result may be JSON."""

    requires_migrations_checks = True
    #: They import every page and the API, half a second; `manage.py check` and the tests ask them.
    requires_system_checks = ()

    def execute(self, *args: Any, **options: Any) -> str | None:
        language = "ja" if os.environ.get("LANG", "").startswith("ja") else "en"
        try:
            with translation.override(language):
                return super().execute(*args, **options)
        except KotoguraError as error:
            raise CommandError(str(error)) from error

    def check_migrations(self) -> None:
        """A new place is prepared on the way; one of another version is left to whoever runs it."""
        executor = MigrationExecutor(connection)
        if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return
        if executor.loader.applied_migrations:
            raise CommandError(
                _("The database is not of this version. Run: %(command)s")
                % {"command": "python manage.py prepare"}
            )
        call_command("prepare", verbosity=0)

    def say(self, value: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(orjson.dumps(value).decode())
            return
        for line in lines(value):
            self.stdout.write(line)

    def require_done(self, run: Run) -> None:
        """Exit status 0 only when all that was asked is done."""
        if run.state != Run.State.DONE:
            raise CommandError(
                f"Run {run.pk} is {run.state}: {run.reason or 'its page says more.'}"
            )


def lines(value: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """A result for a person: a line a value, what is inside another indented.

    >>> print("\\n".join(lines({"kept": 2, "dropped": {"短い": 1}, "stages": ["a", "b"]})))
    kept: 2
    dropped:
      短い: 1
    stages: a, b
    """
    for name, item in value.items():
        if isinstance(item, Mapping) and item:
            yield f"{indent}{name}:"
            yield from lines(item, indent + "  ")
        else:
            yield f"{indent}{name}: {_shown(item)}".rstrip()


def _shown(item: Any) -> str:
    if isinstance(item, list):
        return ", ".join(map(str, item)) or "–"
    return "–" if item is None or item == {} else str(item)
