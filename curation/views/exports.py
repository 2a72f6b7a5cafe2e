"""Exports: the list, asking for one, one with its files, and whether these are whole."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from corpora.errors import KotoguraError, StoreError
from curation.actions import exports as actions
from curation.actions import verification as checks
from curation.forms.exports import ExportForm
from curation.models import Export, Snapshot
from curation.permissions import may, require
from curation.queries import exports as queries
from curation.queries.verification import verification
from curation.sentences import said
from curation.views.asked import Asked, bad_request, refused

PAGE = 50


@login_required
@require_GET
def exports(request: Asked) -> HttpResponse:
    listed = queries.listed()
    number = request.GET.get("snapshot", "")
    snapshot = None
    if number:
        if not number.isascii() or not number.isdigit():
            return bad_request(request, _("A snapshot is named by its number."))
        snapshot = get_object_or_404(Snapshot, pk=number)
        listed = listed.filter(snapshot=snapshot)
    page = Paginator(listed, PAGE).get_page(request.GET.get("page"))
    return render(request, "exports/list.html", {"page": page, "snapshot": snapshot})


@login_required
@require_http_methods(["GET", "POST"])
def export_new(request: Asked, snapshot_id: int | None = None) -> HttpResponse:
    require(request.user, "export.create")
    snapshot = get_object_or_404(Snapshot, pk=snapshot_id) if snapshot_id else None
    form = ExportForm(request.POST or None, initial={"snapshot": snapshot})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_export(
                snapshot=form.cleaned_data["snapshot"],
                format=form.cleaned_data["format"],
                tokenizer=form.cleaned_data["tokenizer"],
                settings=form.settings,
                by=request.user,
            )
            return redirect("export", made.pk)
        except KotoguraError as error:
            form.add_error(None, said(error))
    context = {"form": form, "snapshot": snapshot}
    return render(request, "exports/new.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def export(request: Asked, export_id: int) -> HttpResponse:
    """The page asks for itself again while the shards are being written or checked."""
    found = get_object_or_404(queries.listed(), pk=export_id)
    return render(request, "exports/page.html", _context(request, found))


def _context(request: Asked, export: Export) -> dict[str, Any]:
    watches = may(request.user, "export.create") or may(request.user, "audit.view")
    return {
        "export": export,
        "run": queries.run_of(export),
        "address": request.build_absolute_uri(reverse("api:get_export", args=(export.pk,))),
        "pulls": queries.pulls(export) if watches else None,
        "verification": verification(export),
        **_contents(export),
    }


def _contents(export: Export) -> dict[str, Any]:
    """What the manifest says; ``lost`` when the store cannot give it."""
    try:
        files = queries.files(export)
        manifest = queries.manifest(export)
    except StoreError as error:
        return {"lost": error}
    first = next((file.name for file in files if file.documents), "")
    return {"files": files, "manifest": manifest, "first": first}


@login_required
@require_POST
def export_verify(request: Asked, export_id: int) -> HttpResponse:
    found = get_object_or_404(Export, pk=export_id)
    try:
        checks.ask(export=found, by=request.user)
    except KotoguraError as error:
        return refused(request, error, reverse("export", args=[export_id]))
    return redirect("export", export_id)


@login_required
@require_POST
def export_again(request: Asked, export_id: int) -> HttpResponse:
    found = get_object_or_404(Export, pk=export_id)
    try:
        made = actions.create_again(export=found, by=request.user)
    except KotoguraError as error:
        return refused(request, error, reverse("export", args=[export_id]))
    return redirect("export", made.pk)


urlpatterns = [
    path("exports/", exports, name="exports"),
    path("exports/new/", export_new, name="export-new"),
    path("snapshots/<int:snapshot_id>/export/", export_new, name="export-new"),
    path("exports/<int:export_id>/", export, name="export"),
    path("exports/<int:export_id>/verify/", export_verify, name="export-verify"),
    path("exports/<int:export_id>/again/", export_again, name="export-again"),
]
