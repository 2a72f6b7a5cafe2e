"""What is known of an export's files: asked when, checked when, with what result.

The audit trail holds it: who checked what, and what was found, is never overwritten.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from curation.models import AuditEvent, Export

ASKED = "export.verify"
VERIFIED = "export.verified"

#: What a slow disk reads in a second, and how long a worker may be busy with something else:
#: after that, the page offers to ask again.
_BYTES_A_SECOND = 20_000_000
_PATIENCE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """The last check, and whether a newer one is asked for."""

    #: When it was asked for, if it is not answered yet.
    asked_at: datetime | None
    #: No answer for so long that the worker may be gone.
    late: bool
    #: Of the last check that ended; None when there was none.
    ended_at: datetime | None
    by: str
    files: int
    #: By file; empty when all is well.
    problems: dict[str, list[str]]

    @property
    def waiting(self) -> bool:
        return self.asked_at is not None


def verification(export: Export) -> Verification:
    events = AuditEvent.objects.filter(target=f"export:{export.pk}").select_related("actor")
    asked = events.filter(action=ASKED).first()
    done = events.filter(action=VERIFIED).first()
    waits = asked is not None and (done is None or done.pk < asked.pk)
    asked_at = asked.at if asked and waits else None
    patience = _PATIENCE + timedelta(seconds=export.bytes / _BYTES_A_SECOND)
    return Verification(
        asked_at=asked_at,
        late=asked_at is not None and timezone.now() - asked_at > patience,
        ended_at=done.at if done else None,
        by=done.actor.username if done and done.actor else "",
        files=done.detail["files"] if done else 0,
        problems=done.detail["problems"] if done else {},
    )
