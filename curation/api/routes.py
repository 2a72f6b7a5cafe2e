"""The API: its routers, its refusals, its schema; and the page that documents it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from curation.api import (
    comments,
    corpora,
    duplicates,
    errors,
    exports,
    judgements,
    recipes,
    runs,
    shards,
    snapshots,
    tokenizers,
    uploads,
)
from curation.api.docs import docs
from curation.api.openapi import DescribedAPI

api = DescribedAPI(
    title="Kotogura",
    version="1",
    description="Corpora, runs, snapshots and training shards, as the workbench has them.",
    urls_namespace="api",
    docs_url=None,  # ninja's own page loads scripts from elsewhere; ours is curation/api/docs.py
)
errors.install(api)
api.add_router("/corpora", corpora.router)
api.add_router("/corpora", uploads.beginning)
api.add_router("/uploads", uploads.router)
api.add_router("/runs", runs.router)
api.add_router("/snapshots", snapshots.router)
api.add_router("/snapshots", tokenizers.training)
api.add_router("/snapshots", duplicates.router)
api.add_router("/pairs", duplicates.pairs)
api.add_router("/recipes", recipes.router)
api.add_router("/tokenizers", tokenizers.router)
api.add_router("/exports", exports.router)
api.add_router("/exports", shards.router)
api.add_router("/judgements", judgements.router)
api.add_router("/comments", comments.router)


@csrf_exempt
def nowhere(request: HttpRequest) -> HttpResponse:
    """What lies below the API's root and is no route: said in JSON, like every refusal."""
    return errors.refuse(404, _("The API has no such address."))


def _refusing_in_json(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """ninja itself answers a method that an address does not take in plain text."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **values: Any) -> HttpResponse:
        response = view(request, *args, **values)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            return response
        taken = response["Allow"]
        refusal = errors.refuse(
            response.status_code,
            _("This address does not take %(method)s. It takes: %(taken)s.")
            % {"method": request.method, "taken": taken},
        )
        refusal["Allow"] = taken
        return refusal

    return answer


_routes, _app, _namespace = api.urls
for _route in _routes:
    assert _route.callback is not None
    _route.callback = _refusing_in_json(_route.callback)

urlpatterns = [
    path("docs", docs, {"api": api}, name="api-docs"),
    path("", (_routes, _app, _namespace)),
    re_path("", nowhere),
]
