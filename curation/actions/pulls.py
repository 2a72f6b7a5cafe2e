"""Who took which file of which export: written down, and lent for five minutes at most."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.core import signing
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from corpora.errors import KotoguraError
from curation import permissions
from curation.actions import audit
from curation.models import AuditEvent, Export, User
from curation.queries.exports import sha256_of

#: Ranges of one file by one person within this time are one pull.
ONE_PULL = timedelta(minutes=1)
#: The longest life of a signed address.
MAX_LINK_SECONDS = 300
_SALT = "curation.export-file"


@transaction.atomic
def note_pull(*, export: Export, name: str, by: User, via: str) -> None:
    """Write the audit row of a pull. ``via`` says through which door: a token's prefix, …"""
    permissions.require(by, "export.download")
    # The cache spares a busy pull the database; the database makes it right over processes.
    seen = hashlib.sha256(f"{export.pk}/{name}/{by.pk}/{via}".encode()).hexdigest()
    if not cache.add(f"pull-{seen}", 1, ONE_PULL.total_seconds()):
        return
    target = f"export:{export.pk}"
    recent = AuditEvent.objects.filter(
        actor=by,
        action="export.pull",
        target=target,
        at__gte=timezone.now() - ONE_PULL,
        detail__file=name,
        detail__via=via,
    )
    if not recent.exists():
        audit.record(by=by, action="export.pull", target=target, file=name, via=via)


@transaction.atomic
def lend(*, export: Export, name: str, method: str, seconds: int, by: User) -> tuple[str, datetime]:
    """A signature that opens one file by one method for a short while, and when it ends."""
    permissions.require(by, "export.download")
    if not 1 <= seconds <= MAX_LINK_SECONDS:
        raise KotoguraError(
            _("A signed address lives from 1 to %(most)s seconds.") % {"most": MAX_LINK_SECONDS}
        )
    until = timezone.now() + timedelta(seconds=seconds)
    signed = {
        "export": export.pk,
        "name": name,
        "sha256": sha256_of(export, name),
        "method": method,
        "by": by.pk,
        "until": int(until.timestamp()),
    }
    audit.record(by=by, action="export.lend", target=f"export:{export.pk}", file=name)
    return signing.dumps(signed, salt=_SALT), until


def lender(*, signature: str, export: int, name: str, method: str) -> User:
    """Who lent this file to whoever holds the signature. Raises PermissionDenied otherwise.

    The file's hash is looked up again, so that a signature never opens other bytes.
    """
    refusal = PermissionDenied(_("This signed address is not valid, or no longer."))
    try:
        signed = signing.loads(signature, salt=_SALT, max_age=MAX_LINK_SECONDS)
    except signing.BadSignature:
        raise refusal from None
    held = Export.objects.filter(pk=export).first()
    user = User.objects.filter(pk=signed["by"], is_active=True).first()
    stated = (signed["export"], signed["name"], signed["method"])
    if held is None or user is None or stated != (export, name, method):
        raise refusal
    if signed["until"] <= timezone.now().timestamp() or sha256_of(held, name) != signed["sha256"]:
        raise refusal
    return user
