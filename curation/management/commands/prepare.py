"""manage.py prepare: everything a database needs before the first page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from curation.actions.recipes import ensure_shipped
from curation.management.operator import first_login


class Command(BaseCommand):
    help = "Migrate the database, register the shipped recipes, make the first login."
    requires_migrations_checks = False
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        uploads = Path(str(settings.FILE_UPLOAD_TEMP_DIR))
        for folder in (settings.DATA_DIR, uploads, *settings.ALLOWED_ROOTS):
            folder.mkdir(parents=True, exist_ok=True)
        call_command("migrate", interactive=False, verbosity=0)
        ensure_shipped()
        login = first_login()
        if login is not None and options["verbosity"]:
            self.stdout.write(f"login: {login[0]}  password: {login[1]}")
