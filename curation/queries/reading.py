"""A document's text as somebody wants to read it: which text, what is marked in it, from where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from urllib.parse import urlencode

from corpora.normalize.differences import Change, differences
from corpora.normalize.text import Policy
from curation.models import Snapshot
from curation.queries.document import Detail, token_ids, windows
from curation.queries.pieces import Tokens, tokens
from curation.queries.ruby import Ruby, after_edits, normalised, ruby_of, within
from curation.queries.scan import Filter
from curation.queries.scripts import by_script
from curation.queries.search import asked
from curation.queries.segments import (
    LONG_TEXT,
    WINDOW,
    Segment,
    Span,
    character,
    segments,
)
from curation.queries.snapshots import manifest, recipe_of
from curation.queries.would_cut import would_cut

#: Where every few characters are a piece of their own, a window is smaller.
CLOSE_WINDOW = 10_000
#: Kinds of changes that a page lists.
CHANGES_SHOWN = 12

#: Hits of a search that are marked in a text.
MOST_FOUND = 10_000
#: In the place of a rule's name; no rule is called so.
ALL_RULES = "*"

VIEWS = ("normalised", "original", "difference", "final", "tokens")
#: What can be shown besides: wide spaces, colours by script, readings.
SHOWN = ("invisible", "scripts", "ruby")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the page's address asks for."""

    view: str = "normalised"
    at: int = 0
    #: Only what this rule marks; "" for all, and to go through what was searched for, if anything
    #: was; ALL_RULES to go through what rules mark even so.
    rule: str = ""
    show: frozenset[str] = frozenset()
    #: The address of the list that one comes from, as far as it is a query; and what it asks for.
    listed: str = ""
    wanted: Filter = field(default_factory=Filter)

    def query(self, **changes: object) -> str:
        """The address of the same page with something changed.

        >>> Wish(view="original", show=frozenset({"ruby"})).query(at=50_000)
        '?text=original&at=50000&show=ruby'
        """
        wish = replace(self, **changes)  # type: ignore[arg-type]
        stated = [
            ("text", wish.view if wish.view != "normalised" else ""),
            ("rule", wish.rule if wish.view == "normalised" else ""),
            ("at", str(wish.at or "")),
            *(("show", name) for name in SHOWN if name in wish.show),
            ("list", wish.listed),
        ]
        return "?" + urlencode([(name, value) for name, value in stated if value])


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """What one rule marks in the whole text."""

    rule: str
    #: "evidence" or "edit".
    kind: str
    hits: int
    #: Where its first mark is.
    first: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeKind:
    """One kind of change of a window, for people: signs for what cannot be seen."""

    before: str
    after: str
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    wish: Wish
    views: Sequence[str]
    segments: list[Segment]
    #: Code points of the whole text, and of what is shown.
    length: int
    begin: int
    end: int
    before: int | None
    after: int | None
    marked: Sequence[Marked] = ()
    #: What was searched for in the list; "" when nothing was that a text can hold.
    sought: str = ""
    #: How often it is in the text as shown, MOST_FOUND at most.
    found: int = 0
    #: The document is dropped: what is struck out would be cut if it were kept.
    is_dropped: bool = False
    #: False: what would be cut is not known any more, or not all of it.
    is_cut_known: bool = True
    #: All hits of what is chosen; those before this window; windows that hold the next.
    hits: int = 0
    hits_before: int = 0
    previous_hit: int | None = None
    next_hit: int | None = None
    changes: Sequence[ChangeKind] = ()
    #: False: normalising now gives another text than the snapshot holds.
    is_current: bool = True
    has_ruby: bool = False
    #: False: the model changed the text, and its tokens are shown one after the other.
    is_text: bool = True

    @property
    def goes_through_found(self) -> bool:
        return bool(self.sought) and not self.wish.rule

    @property
    def goes_through_all(self) -> bool:
        """Through what all rules mark."""
        return self.wish.rule == ALL_RULES or not (self.wish.rule or self.sought)

    @property
    def is_found_cut(self) -> bool:
        """There may be more of what was searched for."""
        return self.found == MOST_FOUND

    @property
    def windowed(self) -> bool:
        return self.end - self.begin < self.length

    @property
    def invisible(self) -> int:
        return sum(piece.kind == "invisible" for piece in self.segments)


def read(snapshot: Snapshot, found: Detail, wish: Wish) -> Reading:
    views = [view for view in VIEWS if _has(found, view)]
    if wish.view not in views:
        wish = replace(wish, view="normalised", at=0)
    if wish.view == "difference":
        return _difference(snapshot, found, wish, views)
    if wish.view == "tokens":
        return _tokens(snapshot, found, wish, views)
    would = would_cut(snapshot, found)
    made = _text(snapshot, found, wish, views, [*found.edits, *would.spans])
    return replace(made, is_cut_known=would.is_known)


def _has(found: Detail, view: str) -> bool:
    if view == "tokens":
        return bool(found.tokens)
    return view != "final" or found.final is not None


# -- a text with its marks --------------------------------------------------------------------


def _text(
    snapshot: Snapshot,
    found: Detail,
    wish: Wish,
    views: Sequence[str],
    cuts: Sequence[Span] = (),
) -> Reading:
    text = _asked(found, wish.view)
    marks = [*found.evidence, *cuts] if wish.view == "normalised" else []
    searched = asked(wish.wanted.contains, wish.wanted.mode)
    is_sought = searched is not None and searched.is_of_texts
    hits = _hits(found, wish.view, wish.wanted.contains, wish.wanted.mode) if is_sought else []
    chosen = [span for span in marks if wish.rule in ("", ALL_RULES, span.label)]
    limit = CLOSE_WINDOW if "scripts" in wish.show else LONG_TEXT
    begin, end, before, after = _window(len(text), wish.at, limit)
    ruby = _ruby(found, wish.view, policy_of(snapshot)) if "ruby" in wish.show else ()
    spans = [*hits, *chosen, *within(ruby, begin, end)]
    starts = sorted({span.start for span in (hits if is_sought and not wish.rule else chosen)})
    pieces = segments(text, spans, begin, end, frozenset(starts))
    earlier = [start for start in starts if start < begin]
    later = [start for start in starts if start >= end]
    return Reading(
        wish=wish,
        views=views,
        segments=by_script(pieces) if "scripts" in wish.show else pieces,
        length=len(text),
        begin=begin,
        end=end,
        before=before,
        after=after,
        marked=_marked(marks),
        sought=wish.wanted.contains if is_sought else "",
        found=len(hits),
        is_dropped=found.decision["verdict"] != "keep",
        hits=len(starts),
        hits_before=len(earlier),
        previous_hit=earlier[-1] if earlier else None,
        next_hit=later[0] if later else None,
        has_ruby=bool(found.ruby),
    )


@lru_cache(maxsize=4)
def _hits(found: Detail, view: str, contains: str, mode: str) -> Sequence[Span]:
    """What was searched for in the text that is shown; turned over window by window."""
    searched = asked(contains, mode)
    places = searched.spans(_asked(found, view), MOST_FOUND) if searched else []
    return [Span(start=start, end=end, kind="found", label="") for start, end in places]


@lru_cache(maxsize=4)
def _ruby(found: Detail, view: str, policy: Policy) -> Sequence[Ruby]:
    """Where the words with ruby are in the text that is shown."""
    ruby = ruby_of(found.ruby)
    if view == "original" or not ruby:
        return ruby
    ruby = normalised(ruby, found.original, found.text, policy)
    if view == "normalised":
        return ruby
    edits = zip(found.edits, found.replacements, strict=True)
    return after_edits(ruby, [(span.start, span.end, by) for span, by in edits])


def _asked(found: Detail, view: str) -> str:
    if view == "original":
        return found.original
    return (found.final or "") if view == "final" else found.text


def _window(length: int, at: int, limit: int) -> tuple[int, int, int | None, int | None]:
    size = min(limit, WINDOW) if length > limit else max(1, length)
    return windows(length, at, size=size)


def _marked(marks: Iterable[Span]) -> list[Marked]:
    """By rule, in the order in which they first mark something."""
    by_rule: dict[tuple[str, str], list[int]] = {}
    for span in sorted(marks, key=lambda span: span.start):
        by_rule.setdefault((span.label, span.kind), []).append(span.start)
    return [
        Marked(rule=rule, kind=kind, hits=len(starts), first=starts[0])
        for (rule, kind), starts in by_rule.items()
    ]


# -- what normalisation changed ---------------------------------------------------------------


def _difference(snapshot: Snapshot, found: Detail, wish: Wish, views: Sequence[str]) -> Reading:
    original = found.original
    begin, end, before, after = _window(len(original), wish.at, CLOSE_WINDOW)
    changes = differences(original, policy_of(snapshot), begin, end)
    became = "".join([change.after for change in changes])
    is_whole = begin == 0 and end == len(original)
    pieces = [piece for change in changes for piece in _of_change(change)]
    kinds = Counter(pair for change in changes for pair in change.pairs)
    hits = sum(change.is_change for change in changes)
    return Reading(
        wish=wish,
        views=views,
        segments=by_script(pieces) if "scripts" in wish.show else pieces,
        length=len(original),
        begin=begin,
        end=end,
        before=before,
        after=after,
        hits=hits,
        next_hit=after,
        previous_hit=before,
        changes=[
            ChangeKind(before=_signs(old), after=_signs(new), times=times)
            for (old, new), times in kinds.most_common(CHANGES_SHOWN)
        ],
        is_current=became == found.text if is_whole else became in found.text,
    )


def policy_of(snapshot: Snapshot) -> Policy:
    """How the snapshot's texts were normalised."""
    return Policy(**recipe_of(snapshot).to_json()["normalization"])


def _of_change(change: Change) -> list[Segment]:
    if not change.is_change:
        return segments(change.before, [])
    names = ", ".join(map(character, change.before[:3]))
    label = names + ("…" if len(change.before) > 3 else "")
    gone = Segment(text=_signs(change.before), kind="gone", label=label, is_hit=True)
    return [gone, *(replace(new, kind=new.kind or "new") for new in segments(change.after, []))]


_SIGNS = {"\n": "↵", "\r": "CR", "\t": "⇥", " ": "␣", "\u3000": "□"}


def _signs(text: str) -> str:
    """With signs for what cannot be seen.

    >>> _signs("\\u200bア\\r")
    'U+200BアCR'
    """
    return "".join(
        [
            _SIGNS.get(piece.text) or piece.label.partition(" ")[0]
            if piece.kind == "invisible"
            else "".join([_SIGNS.get(one, one) for one in piece.text])
            for piece in segments(text, [])
        ]
    )


# -- tokens -----------------------------------------------------------------------------------


@lru_cache(maxsize=2)
def _cut(found: Detail, snapshot: Snapshot) -> Tokens:
    ids = token_ids(snapshot, found.place)
    return tokens(ids, found.final or "", manifest(snapshot)["tokenizer"])


def _tokens(snapshot: Snapshot, found: Detail, wish: Wish, views: Sequence[str]) -> Reading:
    try:
        made = _cut(found, snapshot)
    except (ValueError, OSError):
        return replace(
            _text(snapshot, found, replace(wish, view="final"), views), wish=wish, is_text=False
        )
    begin, end, before, after = _window(len(made.text), wish.at, CLOSE_WINDOW)
    return Reading(
        wish=wish,
        views=views,
        segments=made.segments(begin, end),
        length=len(made.text),
        begin=begin,
        end=end,
        before=before,
        after=after,
        is_text=made.is_text,
    )
