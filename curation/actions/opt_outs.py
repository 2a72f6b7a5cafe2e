"""Taking documents out for good: by id, host or URL prefix."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from corpora.errors import KotoguraError
from curation.actions import audit
from curation.models import OptOut, User
from curation.permissions import require

_ID = re.compile(r"[0-9a-f]{32}\Z")
_HOST = re.compile(r"(?=.{1,253}\Z)[^\s/:@?#]+(\.[^\s/:@?#]+)*\Z")


class OptOutRefused(KotoguraError):
    """The value is not what its kind says."""


@transaction.atomic
def opt_out(*, kind: str, value: str, reason: str, by: User) -> OptOut:
    """Enter an opt-out; one that stands already is returned as it is.

    It holds from the next run on, and wins over rules and judgements.
    """
    require(by, "opt_out")
    value = checked(kind, value)
    standing = OptOut.objects.filter(kind=kind, value=value, withdrawn_at=None).first()
    if standing is not None:
        return standing
    entered = OptOut.objects.create(kind=kind, value=value, reason=reason[:1000], by=by)
    audit.record(by=by, action="opt_out.add", target=str(entered)[:200], reason=reason[:1000])
    return entered


@transaction.atomic
def withdraw(*, opt_out: OptOut, by: User) -> OptOut:
    """End an opt-out from the next run on; it stays in the list."""
    require(by, "opt_out")
    changed = OptOut.objects.filter(pk=opt_out.pk, withdrawn_at=None).update(
        withdrawn_at=timezone.now()
    )
    if changed:
        audit.record(by=by, action="opt_out.withdraw", target=str(opt_out)[:200])
    opt_out.refresh_from_db()
    return opt_out


def checked(kind: str, value: str) -> str:
    """The value as decisions compare it. Raises OptOutRefused with what is wrong."""
    value = value.strip()
    if kind == OptOut.Kind.ID:
        return _document(value)
    if kind == OptOut.Kind.HOST:
        return _host(value)
    if kind == OptOut.Kind.URL:
        return _url(value)
    raise OptOutRefused(_("“%(kind)s” is no kind of opt-out.") % {"kind": kind[:40]})


def _document(value: str) -> str:
    value = value.lower()
    if not _ID.match(value):
        raise OptOutRefused(
            _("“%(value)s” is no document id.") % {"value": value[:60]},
            remedy=_("An id has 32 digits from 0 to f; the document's page shows it."),
        )
    return value


def _host(value: str) -> str:
    value = value.lower().rstrip(".")
    if not _HOST.match(value):
        raise OptOutRefused(
            _("“%(value)s” is no host name.") % {"value": value[:60]},
            remedy=_("Write it like www.example.jp, without https:// and without a path."),
        )
    return value


def _url(value: str) -> str:
    try:
        parts = urlsplit(value)
    except ValueError:  # a bracket that opens no address
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc or len(value) > 2000:
        raise OptOutRefused(
            _("“%(value)s” is no URL prefix.") % {"value": value[:60]},
            remedy=_("Begin with http:// or https:// and a host."),
        )
    return value
