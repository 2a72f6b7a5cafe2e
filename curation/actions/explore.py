"""Views that are kept by name."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from corpora.errors import KotoguraError
from curation.actions import audit
from curation.models import SavedView, Snapshot, User
from curation.permissions import require
from curation.queries.scan import Filter

#: Views that a corpus offers.
MOST_VIEWS = 200


class ExploreRefused(KotoguraError):
    """A view cannot be saved or deleted."""


@transaction.atomic
def save_view(*, snapshot: Snapshot, name: str, wanted: Filter, query: str, by: User) -> SavedView:
    """Keep a filter under a name; the person's own view of that name is replaced."""
    require(by, "view.save")
    name = name.strip()[:80]
    if not name:
        raise ExploreRefused(_("A view needs a name."))
    if len(query) > 4_000:
        raise ExploreRefused(_("This filter is too long to be kept."))
    corpora = snapshot.corpora.all()
    same = SavedView.objects.filter(snapshot__corpora__in=corpora).distinct()
    if same.count() >= MOST_VIEWS:
        raise ExploreRefused(
            _("These corpora have %(number)s views already.") % {"number": MOST_VIEWS},
            remedy=_("Delete some that nobody needs."),
        )
    old = same.filter(owner=by, name=name).values_list("pk", flat=True)
    SavedView.objects.filter(pk__in=list(old)).delete()
    view = SavedView.objects.create(snapshot=snapshot, name=name, query=query, owner=by)
    audit.record(
        by=by, action="view.save", target=f"view:{view.pk}", name=name, filter=wanted.to_query()
    )
    return view


@transaction.atomic
def delete_view(*, view: SavedView, by: User) -> None:
    """Only its owner's to delete. Raises ExploreRefused for anybody else."""
    require(by, "view.save")
    if view.owner_id != by.pk:
        raise ExploreRefused(_("This view is somebody else’s."))
    audit.record(by=by, action="view.delete", target=f"view:{view.pk}", name=view.name)
    view.delete()
