"""Hashing every file of an export again, with the result in the audit trail.

Hours for an export of terabytes: workers and the command line import this, the web does not.
"""

from __future__ import annotations

from corpora.errors import StoreError
from corpora.export.materialise import verify_files
from curation.actions import audit
from curation.models import AuditEvent, Export, User
from curation.queries.exports import MANIFEST
from curation.queries.verification import VERIFIED
from curation.store import store


def verified(export: Export, *, by: User | None) -> AuditEvent:
    """Check the export now. Its event's detail: ``files`` checked, ``problems`` by file.

    A file whose bytes are not its own is set aside, so that the export, made again, writes it.
    """
    try:
        problems = verify_files(export.manifest, store())
    except StoreError as error:
        problems = {MANIFEST: [error.message]}
    for name in problems:
        sha256 = export.manifest if name == MANIFEST else str(export.files[name]["sha256"])
        store().set_aside(sha256)
    return audit.record(
        by=by,
        action=VERIFIED,
        target=f"export:{export.pk}",
        files=len(export.files) + 1,
        problems=problems,
    )
