"""Corpora as lists and pages show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum

from curation.models import Corpus, Run, Snapshot, Source, Unit
from curation.queries.runs import listed
from curation.queries.survivors import Bar, spark

#: Snapshots and runs that a corpus's page shows before it links to the rest.
RECENT = 8

#: Columns that grow with a source or a run: lists do not read them.
LARGE = ("parts", "files", "quarantine")
_OF_HEADS = ("head__run__arguments", "head__recipe__toml", "head__tokenizer__info")


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A corpus with what is known of it now."""

    corpus: Corpus
    sources: int
    #: Read so far, by sources that are ready.
    documents: int
    characters: int
    bytes: int
    quarantined: int
    last_run: Run | None

    @property
    def head(self) -> Snapshot | None:
        return self.corpus.head

    @property
    def counts(self) -> dict[str, Any]:
        """The published snapshot's counts; empty before the first."""
        return self.corpus.head.counts if self.corpus.head else {}

    @property
    def survivors(self) -> list[Bar]:
        return spark(self.corpus.head) if self.corpus.head else []


def cards(corpora: QuerySet[Corpus] | None = None) -> list[Card]:
    """Every corpus (or those given), by name."""
    last = Run.objects.filter(corpora=OuterRef("pk")).order_by("-id").values("pk")[:1]
    found = list(
        (Corpus.objects.all() if corpora is None else corpora)
        .select_related("head__recipe", "head__run", "head__tokenizer")
        .defer(*_OF_HEADS)
        .annotate(last_run_id=Subquery(last))
    )
    runs = _runs(c.last_run_id for c in found)
    sums = _sums(found)
    return [
        Card(corpus=corpus, last_run=runs.get(corpus.last_run_id), **sums[corpus.pk])
        for corpus in found
    ]


def _runs(keys: Iterable[int | None]) -> dict[int, Run]:
    return Run.objects.defer("arguments").in_bulk([key for key in keys if key])


def _sums(corpora: Iterable[Corpus]) -> dict[int, dict[str, int]]:
    """Corpus -> totals over its sources, in two queries for all of them."""
    sums = {
        corpus.pk: {"sources": 0, "documents": 0, "characters": 0, "bytes": 0, "quarantined": 0}
        for corpus in corpora
    }
    sources = Source.objects.filter(corpus__in=sums).order_by()
    totals = sources.values("corpus").annotate(
        sources=Count("id"),
        documents=Sum("documents"),
        characters=Sum("characters"),
        size=Sum("bytes"),
    )
    for row in totals:
        total = sums[row["corpus"]]
        total["bytes"] = row["size"]
        total.update({name: row[name] for name in ("sources", "documents", "characters")})
    for corpus, reasons in sources.values_list("corpus", "quarantined"):
        sums[corpus]["quarantined"] += sum(reasons.values())
    return sums


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    source: Source
    last_run: Run | None
    quarantined: int
    #: Documents read so far, while it is read for the first time.
    so_far: int


def source_rows(sources: QuerySet[Source]) -> list[SourceRow]:
    """Sources with the run that read them last."""
    last = Run.objects.filter(source=OuterRef("pk")).order_by("-id").values("pk")[:1]
    found = list(sources.defer(*LARGE).annotate(last_run_id=Subquery(last)))
    runs = _runs(source.last_run_id for source in found)
    read = Unit.objects.filter(run__in=runs, run__ended_at=None, stage="ingest").order_by()
    so_far = dict(read.values_list("run").annotate(documents=Sum("documents_done")))
    return [
        SourceRow(
            source=source,
            last_run=runs.get(source.last_run_id),
            quarantined=sum(source.quarantined.values()),
            so_far=so_far.get(source.last_run_id, 0),
        )
        for source in found
    ]


def recent_runs(corpus: Corpus) -> QuerySet[Run]:
    return listed(corpus=corpus.name)[:RECENT]


def recent_snapshots(corpus: Corpus) -> QuerySet[Snapshot]:
    return corpus.snapshots.select_related("recipe", "run")[:RECENT]


def known_values(field: str) -> list[str]:
    """Licences or domains in use, to be suggested."""
    values = Corpus.objects.exclude(**{field: ""}).values_list(field, flat=True)
    more = Source.objects.exclude(**{field: ""}).values_list(field, flat=True)
    return sorted(set(values.distinct()) | set(more.distinct()))[:100]
