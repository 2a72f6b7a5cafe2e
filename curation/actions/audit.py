"""The audit trail: one row for each thing somebody did."""

from __future__ import annotations

from typing import Any

from curation.models import AuditEvent, User


def record(*, by: User | None, action: str, target: str, **detail: Any) -> AuditEvent:
    """Write the event in the caller's transaction, so that it stands or falls with the change."""
    return AuditEvent.objects.create(actor=by, action=action, target=target, detail=detail)
