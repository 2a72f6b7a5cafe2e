"""manage.py ingest CORPUS PATH…, or URL…"""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from corpora.fetch.urls import is_url
from corpora.ingest.accounts import joined
from corpora.ingest.columns import parsed
from corpora.ingest.options import add_reading_options
from curation.actions.corpora import create_corpus
from curation.actions.fetching import add_urls
from curation.actions.sources import add_paths
from curation.management.operator import operator
from curation.management.output import Verb
from curation.management.waiting import wait_for
from curation.models import Corpus, Run, Source
from curation.store import store


class Command(Verb):
    help = "Read files, folders, patterns or URLs into a corpus (made if it is not there)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("corpus")
        parser.add_argument(
            "paths", nargs="+", metavar="PATH", help="files and folders, or http(s) and s3 URLs"
        )
        add_reading_options(parser)
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
        parser.add_argument("--no-wait", action="store_true", help="return the run's id at once")

    def handle(self, *args: Any, **options: Any) -> None:
        run = self._begin(options)
        source = run.source
        assert source is not None
        if options["no_wait"]:
            self.say({"run": run.pk, "source": source.pk}, as_json=options["json"])
            return
        run = wait_for(run)
        self.require_done(run)
        source.refresh_from_db()
        account = {
            "run": run.pk,
            "source": source.pk,
            "files": source.file_count,
            "file_errors": source.file_errors,
            "documents": source.documents,
            "characters": source.characters,
            "quarantined": source.quarantined,
        }
        if not source.documents:
            raise CommandError(_nothing(source))
        self.say(account, as_json=options["json"])

    @transaction.atomic
    def _begin(self, options: dict[str, Any]) -> Run:
        """Of a refused path no corpus stays behind."""
        by = operator()
        corpus = Corpus.objects.filter(name=options["corpus"]).first()
        corpus = corpus or create_corpus(name=options["corpus"], by=by)
        paths: list[str] = options["paths"]
        about = {name: options[name] for name in ("format", "licence", "domain")}
        about["columns"] = parsed(options["map"])
        if not any(map(is_url, paths)):
            source, _new = add_paths(corpus=corpus, paths=paths, by=by, any_path=True, **about)
        elif all(map(is_url, paths)):
            source, _new = add_urls(corpus=corpus, urls=paths, by=by, any_bucket=True, **about)
        else:
            raise CommandError("Give paths, or URLs, not both: they are different sources.")
        return source.runs.order_by("-id")[0]


def _nothing(source: Source) -> str:
    """Why no document came out, in the words of the first file that says."""
    files = joined(file for blob in source.files for file in store().read_json(blob))
    first = next((file["error"] for file in files if file["error"]), "")
    quarantined = sum(source.quarantined.values())
    return (
        f"No document was read from {source.file_count} files ({source.file_errors} with errors, "
        f"{quarantined} records quarantined). {first or 'docs/formats.md says what is read.'}"
    )
