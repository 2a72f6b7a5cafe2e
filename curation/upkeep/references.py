"""What is still spoken of: every sha256 in any row, and in the manifests that rows name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import CharField, Field, JSONField, Model

from corpora.stages import blobs_in
from curation.models import Export, Snapshot
from curation.store import store
from curation.upkeep.watching import Watch
from curation.what_if.field import members_key

#: As corpora.stages.blobs_in finds them: 64 characters.
_LENGTH = 64


def referred(watch: Watch) -> set[bytes]:
    """Blobs and keys alike, as 32 bytes each (about 100 bytes of memory for one).

    No list of columns that could fall behind the models: whatever can hold a sha256 is read, and
    whatever looks like one counts.
    """
    found: set[bytes] = set()
    for model in apps.get_app_config("curation").get_models(include_auto_created=True):
        fields = [field.attname for field in model._meta.concrete_fields if _may_name(field)]
        if fields:
            for row in watch(_rows(model, fields), model._meta.model_name or "", _count(model)):
                found.update(_digests(list(row)))
    for manifest in watch(list(_manifests()), "manifests"):
        if store().has(manifest):
            found.update(_digests(store().read_json(manifest)))
            found.add(bytes.fromhex(members_key(manifest)))
    return found


def _may_name(field: Field[Any, Any]) -> bool:
    if isinstance(field, CharField):
        return field.max_length == _LENGTH and not field.choices
    return isinstance(field, JSONField)


def _rows(model: type[Model], fields: list[str]) -> Iterator[tuple[Any, ...]]:
    return model._default_manager.order_by("pk").values_list(*fields).iterator(chunk_size=200)


def _count(model: type[Model]) -> int:
    return model._default_manager.count()


def _manifests() -> Iterator[str]:
    yield from Snapshot.objects.values_list("manifest", flat=True).distinct().order_by()
    yield from Export.objects.exclude(manifest="").values_list("manifest", flat=True)


def _digests(value: Any) -> Iterator[bytes]:
    for name in blobs_in(value):
        digest = digest_of(name)
        if digest:
            yield digest


def digest_of(name: str) -> bytes | None:
    """The 32 bytes that a name stands for; None when it is no sha256.

    >>> digest_of("ab" * 32) == b"\\xab" * 32, digest_of("no"), digest_of("x" * 64)
    (True, None, None)
    """
    try:
        digest = bytes.fromhex(name)
    except ValueError:
        return None
    return digest if len(digest) == _LENGTH // 2 else None
