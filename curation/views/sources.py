"""Adding a source, and what came of it: files and quarantine."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from corpora.errors import KotoguraError
from curation.actions.sources import add_paths, add_upload, read_again
from curation.actions.uploads import PIECE_BYTES
from curation.forms.columns import LABELS
from curation.forms.fetching import UrlForm
from curation.forms.sources import MOST_FILES, PathForm, UploadForm
from curation.models import Corpus, Source, Upload
from curation.permissions import may, require
from curation.queries import corpora as corpus_queries
from curation.queries import sources as queries
from curation.queries.fetched import fetched
from curation.queries.ingesting import Ingesting, accounts_so_far, found_files, ingesting
from curation.queries.quarantine_files import FILES
from curation.sentences import said
from curation.views.asked import Asked
from curation.views.columns import look_at_paths

FILES_PAGE = 100
RECORDS_PAGE = 25


@require_http_methods(["GET", "POST"])
@login_required
def source_add(request: Asked, name: str) -> HttpResponse:
    require(request.user, "source.add")
    corpus = get_object_or_404(Corpus, name=name)
    by_path = request.POST.get("door") == "path"
    post, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    # Files bind a form as well, even none of them: it would complain of what nobody filled in.
    upload = UploadForm(*((None, None) if by_path else (post, files)), initial=_about(corpus))
    paths = PathForm(
        post if by_path else None,
        initial=_about(corpus),
        offered=queries.offered() if may(request.user, "source.add_path") else [],
        prefix="path",
    )
    if by_path and paths.is_valid():
        answer = _add_paths(request, corpus, paths)
    elif request.method == "POST" and not by_path and upload.is_valid():
        answer = _add_uploads(request, corpus, upload)
    else:
        answer = _refused(upload) if upload.is_bound and _wants_json(request) else None
    return answer or _source_form(request, corpus, upload, paths)


def _about(corpus: Corpus) -> dict[str, str]:
    return {"licence": corpus.licence, "domain": corpus.domain, "format": "auto"}


def _wants_json(request: Asked) -> bool:
    """The page's script sends one file at a time and shows the answers in the page."""
    return request.headers.get("Accept") == "application/json"


def _refused(form: UploadForm) -> HttpResponse:
    reasons = [str(error) for errors in form.errors.values() for error in errors]
    return JsonResponse({"error": " ".join(reasons)}, status=422)


def _source_form(
    request: Asked, corpus: Corpus, upload: UploadForm, paths: PathForm
) -> HttpResponse:
    context = {
        "corpus": corpus,
        "upload": upload,
        "paths": paths,
        "urls": UrlForm(initial=_about(corpus), prefix="url"),
        "buckets": settings.ALLOWED_S3,
        "roots": settings.ALLOWED_ROOTS,
        "most": settings.UPLOAD_MAX_BYTES,
        "piece": PIECE_BYTES,
        "most_files": MOST_FILES,
        "unfinished": corpus.uploads.filter(by=request.user, state__in=Upload.UNFINISHED),
        "domains": corpus_queries.known_values("domain"),
        "licences": corpus_queries.known_values("licence"),
    }
    return render(request, "sources/add.html", context)


def _add_paths(request: Asked, corpus: Corpus, form: PathForm) -> HttpResponse | None:
    if "look" in request.POST:
        return look_at_paths(corpus, form)
    try:
        source, new = add_paths(
            corpus=corpus,
            paths=form.cleaned_data["all"],
            by=request.user,
            format=form.cleaned_data["format"],
            licence=form.cleaned_data["licence"],
            domain=form.cleaned_data["domain"],
        )
    except KotoguraError as error:
        form.add_error(None, said(error))
        return None
    if not new:
        messages.info(
            request, _("This source is here already; what has changed there is read again.")
        )
    return redirect("source", source.pk)


def _add_uploads(request: Asked, corpus: Corpus, form: UploadForm) -> HttpResponse:
    results = [_add_upload(request, corpus, file, form) for file in form.cleaned_data["file"]]
    if _wants_json(request):
        failed = [result for result in results if "error" in result]
        return JsonResponse(failed[0], status=422) if failed else JsonResponse(results[0])
    for result in results:
        if "error" in result:
            messages.error(request, result["error"])
        else:
            messages.success(request, f"{result['name']}: {result['said']}")
    return redirect("corpus", corpus.name)


def _add_upload(
    request: Asked, corpus: Corpus, file: UploadedFile[bytes], form: UploadForm
) -> dict[str, str]:
    try:
        source, new = add_upload(
            corpus=corpus,
            file=file,
            by=request.user,
            format=form.cleaned_data["format"],
            licence=form.cleaned_data["licence"],
            domain=form.cleaned_data["domain"],
        )
    except KotoguraError as error:
        return {"error": said(error)}
    done = _("being read now") if new else _("these bytes are here already; nothing was added")
    return {"name": source.location, "said": done, "url": reverse("source", args=[source.pk])}


@require_GET
@login_required
def source(request: Asked, source_id: int) -> HttpResponse:
    found = get_object_or_404(Source.objects.select_related("corpus", "created_by"), pk=source_id)
    runs = found.runs.order_by("-id").prefetch_related("corpora")[:8]
    reading = ingesting(found)
    context = {
        "source": found,
        "runs": runs,
        "reading": reading,
        "improved": reading is None and found.ready and queries.readers_improved(found),
        "columns": _columns(runs[0].arguments if runs else {}),
        "columns_open": may(request.user, _needed(found))
        and found.ready
        and bool(found.blob or (runs and runs[0].arguments.get("paths"))),
        "moving": any(run.moves for run in runs),
        "quarantined": sum(found.quarantined.values()),
        "fetched": fetched(found),
        **_files(request, found, reading),
    }
    return render(request, "sources/page.html", context)


def _columns(arguments: dict[str, Any]) -> dict[str, list[str]]:
    """What was said of the columns, by the names that the form has for the roles."""
    return {
        str(LABELS.get(role, role)): names for role, names in arguments.get("columns", {}).items()
    }


def _needed(source: Source) -> str:
    return "source.add_path" if source.kind == Source.Kind.PATH else "source.add"


def _files(request: Asked, source: Source, reading: Ingesting | None) -> dict[str, Any]:
    """A page of the source's files, and what is said of each; as far as it is read."""
    number = request.GET.get("page")
    if source.ready or reading is None:
        page = Paginator(queries.files(source), FILES_PAGE).get_page(number)
        return {"page": page, "files": page.object_list}
    found = Paginator(found_files(reading.run), FILES_PAGE).get_page(number)
    return {"page": found, "files": accounts_so_far(reading.run, list(found))}


@require_POST
@login_required
def source_again(request: Asked, source_id: int) -> HttpResponse:
    found = get_object_or_404(Source, pk=source_id)
    try:
        read_again(source=found, by=request.user)
    except KotoguraError as error:
        messages.error(request, said(error))
    return redirect("source", found.pk)


@require_GET
@login_required
def quarantine(request: Asked, source_id: int) -> HttpResponse:
    found = get_object_or_404(Source.objects.select_related("corpus"), pk=source_id)
    total = sum(found.quarantined.values())
    reason = request.GET.get("reason", "")
    number = found.quarantined.get(reason, 0) if reason else total
    page = Paginator(range(number), RECORDS_PAGE).get_page(request.GET.get("page"))
    start = (page.number - 1) * RECORDS_PAGE
    context = {
        "source": found,
        "reasons": sorted(found.quarantined.items(), key=lambda item: -item[1]),
        "reason": reason,
        "total": total,
        "page": page,
        "records": queries.quarantine(
            found, reason=reason, start=start, stop=min(number, start + RECORDS_PAGE)
        ),
    }
    return render(request, "sources/quarantine.html", context)


@require_GET
@login_required
def quarantine_file(request: Asked, source_id: int, ending: str) -> StreamingHttpResponse:
    """The records with ``?reason=``, or all of them."""
    found = get_object_or_404(Source, pk=source_id)
    if ending not in FILES:
        raise Http404(_("The quarantine can be had as csv, jsonl and parquet."))
    content_type, write = FILES[ending]
    return StreamingHttpResponse(
        write(found, request.GET.get("reason", "")),
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="quarantine-{found.pk}.{ending}"'},
    )


urlpatterns = [
    path("corpora/<str:name>/add/", source_add, name="source-add"),
    path("sources/<int:source_id>/", source, name="source"),
    path("sources/<int:source_id>/quarantine/", quarantine, name="quarantine"),
    path(
        "sources/<int:source_id>/quarantine.<slug:ending>", quarantine_file, name="quarantine-file"
    ),
    path("sources/<int:source_id>/again/", source_again, name="source-again"),
]
