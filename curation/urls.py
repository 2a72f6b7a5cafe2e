"""Every address of the workbench: each views module holds the routes of its noun."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("curation.views.as_read")),
    path("", include("curation.views.context")),
    path("", include("curation.views.corpora")),
    path("", include("curation.views.gallery")),
    path("", include("curation.views.help")),
    path("", include("curation.views.home")),
    path("", include("curation.views.login")),
    path("", include("curation.views.people")),
    path("", include("curation.views.runs")),
    path("", include("curation.views.sources")),
    path("", include("curation.views.uploads")),
    path("", include("curation.views.columns")),
    path("", include("curation.views.fetching")),
    path("", include("curation.views.snapshots")),
    path("", include("curation.views.documents")),
    path("", include("curation.views.document")),
    path("", include("curation.views.duplicates")),
    path("", include("curation.views.cluster")),
    path("", include("curation.views.explore")),
    path("", include("curation.views.near")),
    path("", include("curation.views.recipes")),
    path("", include("curation.views.studio")),
    path("", include("curation.views.boundary")),
    path("", include("curation.views.studio_tools")),
    path("", include("curation.views.review")),
    path("", include("curation.views.opt_outs")),
    path("", include("curation.views.tokens")),
    path("", include("curation.views.exports")),
    path("", include("curation.views.tokenizers")),
    path("", include("curation.views.upkeep")),
    path("api/v1/", include("curation.api.routes")),
]

handler400 = "curation.views.errors.bad_request"
handler403 = "curation.views.errors.forbidden"
handler404 = "curation.views.errors.not_found"
