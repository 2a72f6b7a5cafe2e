"""Who the command line acts as, and who may log in first."""

from __future__ import annotations

import secrets
from pathlib import Path

from django.conf import settings

from curation.models import Role, User

FIRST_LOGIN = "admin"


def operator() -> User:
    """The account that commands act as in the audit trail. Nobody can log in with it."""
    user, created = User.objects.get_or_create(
        username="command-line", defaults={"role": Role.ADMINISTRATOR}
    )
    if created:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user


def first_login() -> tuple[str, str] | None:
    """Name and password of the first administrator, made once and kept beside the data.

    None when people manage their accounts themselves (the file was removed).
    """
    file = Path(settings.FIRST_LOGIN_FILE)
    if not User.objects.filter(username=FIRST_LOGIN).exists():
        password = secrets.token_urlsafe(9)
        user = User(username=FIRST_LOGIN, role=Role.ADMINISTRATOR)
        user.set_password(password)
        user.save()
        file.touch(mode=0o600)
        file.write_text(f"{FIRST_LOGIN}\n{password}\n")
    if not file.exists():
        return None
    name, password = file.read_text().split()
    return name, password
