"""manage.py user NAME --role ROLE"""

from __future__ import annotations

import getpass
import sys
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser

from curation.actions import audit
from curation.management.operator import operator
from curation.management.output import Verb
from curation.models import Role, User


class Command(Verb):
    help = "Make an account, or give it another role or password (asked for, or on stdin)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--role", choices=Role.values, default=Role.CURATOR)

    def handle(self, *args: Any, **options: Any) -> None:
        password = getpass.getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
        try:
            validate_password(password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        user, made = User.objects.get_or_create(username=options["name"])
        user.role, user.is_active = options["role"], True
        user.set_password(password)
        user.save()
        audit.record(by=operator(), action="people.save", target=f"user:{user.username}")
        self.stdout.write(f"{user.username}: {'made' if made else 'changed'}, {user.role}")
