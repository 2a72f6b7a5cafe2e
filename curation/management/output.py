"""What every command says and how: one JSON object on stdout, everything else on stderr."""

from __future__ import annotations

import os
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from corpora.errors import KotoguraError
from curation.models import Run


class Verb(BaseCommand):
    """A command whose errors are one sentence and whose result may be JSON."""

    requires_migrations_checks = True

    def execute(self, *args: Any, **options: Any) -> str | None:
        language = "ja" if os.environ.get("LANG", "").startswith("ja") else "en"
        try:
            with translation.override(language):
                return super().execute(*args, **options)
        except KotoguraError as error:
            raise CommandError(str(error)) from error

    def say(self, value: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(orjson.dumps(value).decode())
            return
        for name, item in value.items():
            self.stdout.write(f"{name}: {item}")

    def require_done(self, run: Run) -> None:
        """Exit status 0 only when all that was asked is done."""
        if run.state != Run.State.DONE:
            raise CommandError(f"Run {run.pk} is {run.state}. {run.reason}".strip())
