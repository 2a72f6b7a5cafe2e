"""Tokenizers: what each is, and how well it fits the text it was used on."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from curation.models import Corpus, Run, Snapshot, Tokenizer
from curation.queries import snapshots
from curation.queries.snapshots import Group

#: Sources and domains that a page shows of one snapshot.
GROUPS_SHOWN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A tokenizer on the kept text of one snapshot."""

    snapshot: Snapshot
    documents: int
    tokens: int
    characters: int
    byte_fallback: int
    unknown: int

    @property
    def characters_per_token(self) -> float | None:
        return self.characters / self.tokens if self.tokens else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    tokenizer: Tokenizer
    corpora: list[Corpus]
    #: On the newest snapshot that it was used on.
    fit: Fit | None


def rows() -> list[Row]:
    """Every tokenizer with the corpora that use it and its newest measurement."""
    users: dict[int, list[Corpus]] = {}
    for corpus in Corpus.objects.exclude(tokenizer=None):
        users.setdefault(corpus.tokenizer_id or 0, []).append(corpus)
    return [
        Row(tokenizer=tokenizer, corpora=users.get(tokenizer.pk, []), fit=_newest(tokenizer))
        for tokenizer in Tokenizer.objects.select_related("snapshot", "created_by")
    ]


def users(tokenizer: Tokenizer) -> QuerySet[Corpus]:
    return Corpus.objects.filter(tokenizer=tokenizer)


def measured(tokenizer: Tokenizer) -> QuerySet[Snapshot]:
    """Snapshots whose kept text it encoded, newest first."""
    used = Snapshot.objects.filter(tokenizer=tokenizer, counts__tokens__isnull=False)
    return used.select_related("recipe").prefetch_related("corpora").order_by("-id")


def in_training(name: str = "") -> QuerySet[Run]:
    """Training runs that have not ended."""
    running = Run.objects.filter(kind=Run.Kind.TRAIN).exclude(state__in=Run.ENDED)
    return running.filter(arguments__name=name) if name else running


def fit(snapshot: Snapshot) -> Fit:
    """Summed over the parts of the snapshot's manifest."""
    parts = [part["counts"]["tokenization"] for part in snapshots.manifest(snapshot)["parts"]]
    total = {
        name: sum(part.get(name, 0) for part in parts)
        for name in ("documents", "tokens", "characters", *_KINDS)
    }
    return Fit(
        snapshot=snapshot,
        documents=total["documents"],
        tokens=total["tokens"],
        characters=total["characters"],
        byte_fallback=total["byte_fallback_tokens"],
        unknown=total["unknown_tokens"],
    )


_KINDS = ("byte_fallback_tokens", "unknown_tokens")


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFit:
    """A tokenizer on one source or domain of a snapshot."""

    group: Group
    #: Characters per token against those of the whole: 0.05 is five percent more.
    against: float | None

    @property
    def difference(self) -> str:
        """With its sign, also where it is more: "+5.4 %"."""
        return "–" if self.against is None else f"{100 * self.against:+.1f} %".replace("-", "−")


def groups(fit: Fit, role: str) -> list[GroupFit]:
    """By "by_source" or "by_domain", the most tokens first."""
    encoded = [group for group in snapshots.groups(fit.snapshot, role) if group.tokens]
    largest = sorted(encoded, key=lambda group: -(group.tokens or 0))[:GROUPS_SHOWN]
    return [GroupFit(group=group, against=_against(group, fit)) for group in largest]


def _against(group: Group, fit: Fit) -> float | None:
    here, whole = group.characters_per_token, fit.characters_per_token
    return here / whole - 1 if here and whole else None


def _newest(tokenizer: Tokenizer) -> Fit | None:
    newest = measured(tokenizer).first()
    return fit(newest) if newest else None
