"""The planted cases that are made from the written documents."""

from __future__ import annotations

from collections.abc import Sequence

from corpora.sample import noise
from corpora.sample.damage import Misreading, half_width, misread, near_copy
from corpora.sample.documents import SampleDocument, WrittenText, derived
from corpora.sample.orthography import with_old_kanji

_EXACT = (
    "cooking-nukadoko-summer",
    "cooking-curry-spice",
    "gardening-moss-pot",
    "custom-noshi",
    "history-ferry-yanami",
    "technology-backup-321",
    "travel-local-line",
    "science-why-fog",
    "advertising-supplement-green",
    "news-bakery-school",
    "medical-heatstroke",
    "administration-garbage-change",
)
_NEAR = {
    "history-salt-road": 0.99,
    "history-castle-well": 0.93,
    "technology-log-first": 0.90,
    "technology-passwords": 0.87,
    "travel-onsen-village": 0.84,
    "travel-map-reading": 0.99,
    "culture-rakugo-first": 0.92,
    "science-tide-pool": 0.89,
    "science-spider-web": 0.86,
    "business-apology-mail": 0.98,
    "essay-last-bus": 0.88,
    "advertising-fiber-line": 0.98,
    "medical-sleep-elderly": 0.91,
    "administration-bear-warning": 0.85,
    "finance-yuho-retail-1": 0.93,
}
_OLD_KANJI = ("history-school-bell", "culture-washi-maker", "essay-grandmother-radio")
_HALF_WIDTH_COPIES = ("technology-sensor-garden", "technology-radio-kit")
_MISREAD: dict[str, Misreading] = {
    "history-silk-mill": "utf-8 as latin-1",
    "culture-indigo": "utf-8 as latin-1",
    "news-swan-count": "utf-8 as latin-1",
    "science-ants-queue": "utf-8 as cp1252",
    "technology-font-choice": "utf-8 as cp932",
    "travel-temple-stay": "utf-8 as cp932",
    "business-seating": "utf-8 as cp932",
    "gardening-winter-bulbs": "euc-jp as cp932",
}


def planted_documents(
    written: Sequence[SampleDocument], held_back: Sequence[WrittenText]
) -> list[SampleDocument]:
    """All documents that the planted cases add to the written ones.

    ``held_back`` are five texts that stand in no file but as the stuff of repetition
    and odd layouts, so that none of these pages is a near copy of another document.
    """
    repeated, laid_out = held_back[:2], held_back[2:]
    by_id = {document.id: document for document in written}
    articles = [document for document in written if document.kind == "web" and not document.case]
    return [
        *_copies(by_id),
        *_near_copies(by_id),
        *_harmed(by_id),
        *noise.repetitions([text.body for text in repeated]),
        *noise.layouts([text.body for text in laid_out]),
        *noise.stuffed_advertising(),
        *noise.teaser_lists(articles[:48]),
        *noise.dumps(),
    ]


def _copies(by_id: dict[str, SampleDocument]) -> list[SampleDocument]:
    return [derived(by_id[id_], case="exact_copy", text=by_id[id_].text) for id_ in _EXACT]


def _near_copies(by_id: dict[str, SampleDocument]) -> list[SampleDocument]:
    return [
        derived(
            by_id[id_],
            case="near_copy",
            text=near_copy(by_id[id_].text, target=target, seed=id_),
            host="matome.example.net",
        )
        for id_, target in _NEAR.items()
    ]


def _harmed(by_id: dict[str, SampleDocument]) -> list[SampleDocument]:
    old = [
        derived(by_id[id_], case="old_orthography", text=with_old_kanji(by_id[id_].text))
        for id_ in _OLD_KANJI
    ]
    narrow = [
        derived(by_id[id_], case="halfwidth_copy", text=half_width(by_id[id_].text))
        for id_ in _HALF_WIDTH_COPIES
    ]
    broken = [
        derived(by_id[id_], case="mojibake", text=misread(by_id[id_].text, how))
        for id_, how in _MISREAD.items()
    ]
    return [*old, *narrow, *broken]
