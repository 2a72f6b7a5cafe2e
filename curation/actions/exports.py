"""Making training shards from a snapshot."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from corpora.errors import ExportError
from corpora.export.settings import ExportSettings
from curation.actions import audit
from curation.actions.advance import create
from curation.models import Export, Run, Snapshot, Tokenizer, User
from curation.permissions import require

#: Formats that hold token ids.
TOKEN_FORMATS = frozenset({Export.Format.MEGATRON})


@transaction.atomic
def create_export(
    *,
    snapshot: Snapshot,
    format: str,
    settings: dict[str, Any],
    by: User,
    tokenizer: Tokenizer | None = None,
) -> Export:
    """Start writing shards.

    Raises ExportError for an unknown format, an impossible setting or a missing tokenizer.
    """
    require(by, "export.create")
    if format not in Export.Format.values:
        raise ExportError(
            _("There is no export format %(format)s.") % {"format": format},
            remedy=_("The formats are %(formats)s.") % {"formats": ", ".join(Export.Format.values)},
        )
    # A setting that cannot be is refused here, not by a worker minutes later.
    ExportSettings.of(settings, shard_bytes=1)
    needs_tokens = format in TOKEN_FORMATS
    tokenizer = (tokenizer or snapshot.tokenizer) if needs_tokens else None
    if needs_tokens and tokenizer is None:
        raise ExportError(
            _("%(format)s holds token ids, and this snapshot has no tokenizer.")
            % {"format": format},
            remedy=_("Choose a tokenizer: train one from the snapshot, or import a .model file."),
        )
    export = Export.objects.create(
        snapshot=snapshot, format=format, tokenizer=tokenizer, settings=settings, created_by=by
    )
    arguments = {
        "manifest": snapshot.manifest,
        "format": format,
        "tokenizer": tokenizer.blob if tokenizer else "",
        "settings": settings,
    }
    create(
        kind=Run.Kind.EXPORT,
        arguments=arguments,
        by=by,
        corpora=list(snapshot.corpora.all()),
        export=export,
    )
    audit.record(by=by, action="export.create", target=f"export:{export.pk}", format=format)
    export.refresh_from_db()
    return export


def create_again(*, export: Export, by: User) -> Export:
    """The same shards once more: what the store still holds of them is not computed again."""
    return create_export(
        snapshot=export.snapshot,
        format=export.format,
        settings=export.settings,
        tokenizer=export.tokenizer,
        by=by,
    )
