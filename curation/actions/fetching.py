"""Bringing in what lies elsewhere: files by URL, objects of S3."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from corpora.errors import SourceError
from corpora.fetch.urls import check, is_s3, is_url, parted
from corpora.ingest.columns import Stated
from curation.actions.sources import read_again, start_reading
from curation.fetching import policy
from curation.models import Corpus, Run, Source, User
from curation.permissions import require


@transaction.atomic
def add_urls(
    *,
    corpus: Corpus,
    urls: Sequence[str],
    by: User,
    format: str = "auto",
    licence: str = "",
    domain: str = "",
    columns: Stated | None = None,
    any_bucket: bool = False,
) -> tuple[Source, bool]:
    """Start fetching and reading files by their URLs (http, https, s3).

    The same URLs again are the same source: it is looked at anew, unless it is being read, and
    the second value is False. From the browser and the API only from S3 that ALLOWED_S3 names;
    the command line says ``any_bucket``. Raises SourceError for a URL that is refused.
    """
    location = " ".join(url.strip() for url in urls)
    source = Source(corpus=corpus, kind=Source.Kind.URL, location=location)
    require(by, source.permission)
    given = [parted(url) for url in urls]
    for url, _sha256 in given:
        _check(url, any_bucket=any_bucket)
    same = Source.objects.filter(corpus=corpus, kind=Source.Kind.URL, location=location).first()
    if same is not None:
        if not same.runs.exclude(state__in=Run.ENDED).exists():
            read_again(source=same, by=by, columns=columns)
        return same, False
    source.format = format
    source.licence = licence or corpus.licence
    source.domain = domain or corpus.domain
    source.created_by = by
    source.save()
    start_reading(
        source,
        by=by,
        urls=[{"url": url, "sha256": sha256} for url, sha256 in given],
        namespace=_namespace(source),
        columns=columns or {},
    )
    return source, True


def _check(url: str, *, any_bucket: bool) -> None:
    if not is_url(url):
        raise SourceError(
            url[:200], None, _("this is no URL."), remedy=_("It begins with https:// or s3://.")
        )
    check(url, policy())
    if not is_s3(url) or any_bucket:
        return
    allowed = [f"{place.removeprefix('s3://').strip('/')}/" for place in settings.ALLOWED_S3]
    if not any(f"{url[5:]}/".startswith(place) for place in allowed):
        raise SourceError(
            url,
            None,
            _("this place of S3 is not open to the workbench."),
            remedy=_("Places that are: %(places)s. ALLOWED_S3 sets them.")
            % {"places": ", ".join(settings.ALLOWED_S3) or "–"},
        )


def _namespace(source: Source) -> str:
    """The corpus, with a number when another of its sources has one of the URLs."""
    urls = {parted(url)[0] for url in source.location.split(" ")}
    others = Source.objects.filter(
        corpus=source.corpus, kind=Source.Kind.URL, pk__lt=source.pk
    ).values_list("location", flat=True)
    taken = {parted(url)[0] for location in others for url in location.split(" ")}
    corpus = source.corpus.name
    return corpus if urls.isdisjoint(taken) else f"{corpus}#{len(others) + 1}"
