"""Numbers, times, states and names as people read them. A builtin of every template."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, NamedTuple

from django import template
from django.forms import BoundField
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from curation import permissions, sentences
from curation.models import Recipe, Run, User
from curation.templatetags.recipe_texts import translated
from curation.templatetags.rule_titles import signal_title, title

register = template.Library()

#: What a template hands on: a number, None, or "" for what its context does not have.
_Number = float | str | None

#: Shown for what is not known.
UNKNOWN = "–"

#: Below this, Japanese counts are written out; above, in 万, 億, 兆.
_WRITTEN_OUT = 100_000
#: A blank before what can only be the beginning of another path or URL.
_BETWEEN_PLACES = re.compile(r" (?=/|\w+://)")
_MYRIADS = ((10**12, "兆"), (10**8, "億"), (10**4, "万"))


# -- numbers -------------------------------------------------------------------------------


@register.filter
def exact(number: _Number) -> str:
    """A whole number with separators, in either language; "–" for None.

    >>> exact(1204331), exact(None)
    ('1,204,331', '–')
    """
    return UNKNOWN if number is None or isinstance(number, str) else f"{int(number):,}"


@register.filter
def count(number: _Number) -> SafeString | str:
    """A count to be taken in at a glance: 120.4万 in Japanese (exact in its title)."""
    if number is None or isinstance(number, str):
        return UNKNOWN
    if get_language() != "ja" or abs(number) < _WRITTEN_OUT:
        return exact(number)
    return format_html('<span title="{}">{}</span>', exact(number), in_myriads(number))


def in_myriads(number: float) -> str:
    """Japanese short form of a large number, to four digits; round ones without a fraction.

    >>> in_myriads(1_204_331), in_myriads(99_999_999), in_myriads(10_000_000_000)
    ('120.4万', '1.00億', '100億')
    """
    for unit, name in _MYRIADS:
        units = round(number / unit, 2)
        if units >= 1:
            rest = 2 if units < 100 else 1 if units < 1_000 else 0
            decimals = rest if number % unit else 0
            return f"{units:,.{decimals}f}{name}"
    return exact(number)


@register.filter
def bytes(number: _Number) -> str:
    """A size in decimal units, as disks and file managers state them; limits without a fraction.

    >>> bytes(999), bytes(64_012_345), bytes(64_000_000_000), bytes(1_250_000_000), bytes(None)
    ('999 B', '64.0 MB', '64 GB', '1.25 GB', '–')
    """
    if number is None or isinstance(number, str):
        return UNKNOWN
    for unit, name, decimals in ((10**12, "TB", 2), (10**9, "GB", 2), (10**6, "MB", 1)):
        if number >= unit:
            return f"{number / unit:.{decimals if number % unit else 0}f} {name}"
    return f"{number / 1000:.1f} kB" if number >= 1000 else f"{int(number)} B"


@register.filter
def percent(part: _Number, base: _Number) -> str:
    """Share in percent with one decimal; tiny and nearly whole shares say so.

    >>> percent(12_304, 1_204_331), percent(1, 10**6), percent(999_999, 10**6), percent(1, 0)
    ('1.0 %', '< 0.1 %', '> 99.9 %', '–')
    """
    if part is None or isinstance(part, str) or not base or isinstance(base, str):
        return UNKNOWN
    share_ = 100 * part / base
    if 0 < share_ < 0.1:
        return "< 0.1 %"
    if 99.9 < share_ < 100:
        return "> 99.9 %"
    return f"{share_:.1f} %"


@register.filter
def share(part: _Number, base: _Number) -> str:
    """A number with its base: "12,304 of 1,204,331 (1.0 %)"."""
    if not base or isinstance(part, str):
        return exact(part)
    return _("%(part)s of %(base)s (%(percent)s)") % {
        "part": exact(part),
        "base": exact(base),
        "percent": percent(part, base),
    }


@register.filter
def rate(number: float | str) -> str:
    """A rate a second: no decimals that nobody can read while it moves.

    >>> rate(12_345.6), rate(7.31)
    ('12,346', '7.3')
    """
    if isinstance(number, str):
        return UNKNOWN
    return f"{number:,.0f}" if number >= 100 else f"{number:.1f}"


@register.filter
def measured(value: _Number) -> str:
    """A signal's value or limit: four significant digits, no exponent for usual sizes.

    >>> measured(0.2), measured(0.33333333), measured(123456.0), measured(None)
    ('0.2', '0.3333', '123,456', '–')
    """
    if value is None or isinstance(value, str):
        return UNKNOWN
    if abs(value) >= 10_000:
        return f"{value:,.0f}"
    return f"{value:.4g}"


# -- times ---------------------------------------------------------------------------------


@register.filter
def duration(seconds: _Number) -> str:
    """Two units at most: "3 min 20 s"; "–" for None."""
    if seconds is None or isinstance(seconds, str):
        return UNKNOWN
    whole = round(seconds)
    if whole < 1:
        return _("under 1 s")
    if whole < 60:
        return _("%(seconds)d s") % {"seconds": whole}
    minutes, rest = divmod(whole, 60)
    if not rest and minutes < 60:
        return _("%(minutes)d min") % {"minutes": minutes}
    if minutes < 60:
        return _("%(minutes)d min %(seconds)d s") % {"minutes": minutes, "seconds": rest}
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}
    days, hours = divmod(hours, 24)
    return _("%(days)d d %(hours)d h") % {"days": days, "hours": hours}


@register.filter
def took(run: Run) -> str:
    """From a run's creation to its end, or to now."""
    return duration(((run.ended_at or timezone.now()) - run.created_at).total_seconds())


@register.filter
def jst(moment: datetime | str | None) -> SafeString | str:
    """A moment in the zone that people see (JST), to the minute; seconds in its title."""
    if not isinstance(moment, datetime):
        return UNKNOWN
    local = timezone.localtime(moment)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="seconds"),
        f"{local:%Y-%m-%d %H:%M:%S %Z}",
        f"{local:%Y-%m-%d %H:%M}",
    )


@register.filter
def ago(moment: datetime | str | None) -> SafeString | str:
    """How long ago, in one unit, with the moment in its title."""
    if not isinstance(moment, datetime):
        return UNKNOWN
    seconds = (timezone.now() - moment).total_seconds()
    if seconds < 60:
        text = _("just now")
    elif seconds < 3600:
        minutes = int(seconds // 60)
        text = ngettext("%(n)d minute ago", "%(n)d minutes ago", minutes) % {"n": minutes}
    elif seconds < 48 * 3600:
        hours = int(seconds // 3600)
        text = ngettext("%(n)d hour ago", "%(n)d hours ago", hours) % {"n": hours}
    else:
        days = int(seconds // 86400)
        text = ngettext("%(n)d day ago", "%(n)d days ago", days) % {"n": days}
    title = f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S %Z}"
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), title, text)


@register.filter
def path_tail(path: str) -> str:
    """The end of a path, where its names differ; the page has the whole in a title.

    >>> path_tail("/data/crawl/2026/a.jsonl"), path_tail("a.zip#b/c.txt")
    ('…/2026/a.jsonl', 'a.zip#b/c.txt')
    """
    parts = path.split("/")
    return f"…/{'/'.join(parts[-2:])}" if len(parts) > 3 else path


@register.filter
def source_name(location: str) -> str:
    """Where a source came from; of several places in one folder, the folder is said once.

    >>> source_name("/data/law /data/news"), source_name("/data/my news")
    ('/data: law, news', '/data/my news')
    >>> source_name("https://a.example/x.gz https://b.example/y.gz")
    'https://a.example/x.gz, https://b.example/y.gz'
    """
    places = _BETWEEN_PLACES.split(location)
    folders = {place.rpartition("/")[0] for place in places}
    if len(places) == 1 or len(folders) > 1:
        return ", ".join(places)
    names = (place.rpartition("/")[2] for place in places)
    return f"{folders.pop()}: {', '.join(names)}"


@register.filter
def or_id(title: str, document_id: str) -> SafeString | str:
    """A document's title; for want of one the beginning of its id."""
    if title:
        return title
    return format_html(
        '<span class="mono soft" title="{0}">{1}…</span>', document_id, document_id[:12]
    )


# -- names and states ----------------------------------------------------------------------


@register.filter
def rule_label(name: str | None) -> str:
    """What a rule or signal is called in the current language; its own name if unknown."""
    return (title(name) or name) if name else UNKNOWN


@register.filter
def signal_label(name: str) -> str:
    """What a signal is called; a recipe's own by its name."""
    return signal_title(name) or name


@register.filter
def has_rule_label(name: str) -> bool:
    return title(name) is not None


class _Look(NamedTuple):
    tone: str
    shape: str
    word: str | Promise


#: State -> colour, shape and word: no state is told by colour alone.
_LOOKS = {
    "keep": _Look("good", "●", pgettext_lazy("verdict", "Kept")),
    "drop": _Look("bad", "✕", pgettext_lazy("verdict", "Dropped")),
    "prefer": _Look("good", "☞", pgettext_lazy("verdict", "Chosen among copies")),
    "skip": _Look("", "○", pgettext_lazy("verdict", "Skipped")),
    "running": _Look("active", "▶", pgettext_lazy("state", "Running")),
    "paused": _Look("warn", "‖", pgettext_lazy("state", "Paused")),
    "done": _Look("good", "✓", pgettext_lazy("state", "Done")),
    "failed": _Look("bad", "✕", pgettext_lazy("state", "Failed")),
    "cancelled": _Look("", "⊘", pgettext_lazy("state", "Cancelled")),
    "ready": _Look("", "○", pgettext_lazy("state", "Waiting")),
    "leased": _Look("active", "▶", pgettext_lazy("state", "Working")),
    "given_up": _Look("bad", "✕", pgettext_lazy("state", "Given up")),
    "retry": _Look("warn", "↻", pgettext_lazy("state", "Will be tried again")),
    "known": _Look("good", "=", pgettext_lazy("state", "Known already, not computed again")),
    "open": _Look("active", "○", pgettext_lazy("state", "Open")),
    "new": _Look("", "○", pgettext_lazy("state", "Not run yet")),
}


STATES = tuple(_LOOKS)


@register.simple_tag
def badge(state: str, word: str = "") -> SafeString:
    """A verdict, run state or unit state: colour, shape and word (``word`` replaces ours).

    Blanks around it part it from words. A list has fifty: a template each would be a tenth of
    the page's time.
    """
    look = _LOOKS.get(state, _Look("", "○", state))
    return format_html(
        '\n<span class="badge{}"><span aria-hidden="true">{}</span>{}</span>\n',
        f" is-{look.tone}" if look.tone else "",
        look.shape,
        word or look.word,
    )


@register.filter
def state_label(state: str) -> str:
    """The word of a state, without its badge."""
    return str(_LOOKS[state].word) if state in _LOOKS else state


@register.filter
def recipe_title(recipe: Recipe) -> str:
    """A recipe's title in the current language, else its name."""
    title = recipe.content.get("title_ja" if get_language() == "ja" else "title")
    return str(title or recipe.content.get("title") or recipe.name)


@register.filter
def recipe_description(recipe: Recipe) -> str:
    """What a recipe is for, in the current language if it ships with us."""
    return translated(str(recipe.content.get("description") or ""))


@register.filter
def threshold_source(text: str) -> str:
    """Where a threshold comes from, in the current language if it ships with us."""
    return translated(text)


_SETTINGS = {
    ("dedup", "near"): pgettext_lazy("dedup", "exact and near"),
    ("dedup", "exact"): pgettext_lazy("dedup", "exact only"),
    ("dedup", "none"): pgettext_lazy("dedup", "not looked for"),
    ("keeper", "quality"): pgettext_lazy("keeper", "the best by its rules"),
    ("keeper", "earliest"): pgettext_lazy("keeper", "the first that was read"),
    ("keeper", "longest"): pgettext_lazy("keeper", "the longest"),
    ("passages", "line"): pgettext_lazy("passages", "lines cut"),
    ("passages", "paragraph"): pgettext_lazy("passages", "paragraphs cut"),
    ("tokenizer", "none"): pgettext_lazy("tokenizer", "none"),
    ("tokenizer", "train"): pgettext_lazy("tokenizer", "trained on what is kept"),
}


@register.filter
def setting_label(value: str, of: str) -> str:
    """A word of a recipe's TOML as people say it; what is no word (a path) stays."""
    return str(_SETTINGS.get((of, value), value))


_SECTIONS = {
    "normalization": pgettext_lazy("section", "normalisation"),
    "dedup": pgettext_lazy("section", "search for duplicates"),
    "footers": pgettext_lazy("section", "footers"),
    "passages": pgettext_lazy("section", "repeated passages"),
    "tokenization": pgettext_lazy("section", "tokenizer"),
    "export": pgettext_lazy("section", "export"),
    "words": pgettext_lazy("section", "word lists"),
    "patterns": pgettext_lazy("section", "patterns"),
}


@register.filter
def section_label(name: str) -> str:
    """A table of a recipe's TOML as people call it."""
    return str(_SECTIONS[name])


_STAGES = {
    "fetch": pgettext_lazy("stage", "Fetch files"),
    "scan": pgettext_lazy("stage", "Find files"),
    "ingest": pgettext_lazy("stage", "Read documents"),
    "normalize": pgettext_lazy("stage", "Normalise text"),
    "signals": pgettext_lazy("stage", "Measure signals"),
    "signals.dear": pgettext_lazy("stage", "Measure dear signals"),
    "dedup.signatures": pgettext_lazy("stage", "Compute signatures"),
    "dedup.bands": pgettext_lazy("stage", "Propose near copies"),
    "dedup": pgettext_lazy("stage", "Find duplicates"),
    "dedup.samples": pgettext_lazy("stage", "Sample n-grams"),
    "dedup.overlaps": pgettext_lazy("stage", "Propose collections"),
    "dedup.contained": pgettext_lazy("stage", "Find works in collections"),
    "columns": pgettext_lazy("stage", "Collect columns"),
    "columns.shapes": pgettext_lazy("stage", "Draw histograms"),
    "decisions.keepers": pgettext_lazy("stage", "Choose keepers"),
    "decisions.groups": pgettext_lazy("stage", "Collect duplicate groups"),
    "decisions": pgettext_lazy("stage", "Decide keep or drop"),
    "edits.endings": pgettext_lazy("stage", "Count last lines"),
    "edits.footers": pgettext_lazy("stage", "Find repeated footers"),
    "edits.passages": pgettext_lazy("stage", "Hash lines and paragraphs"),
    "edits.copies": pgettext_lazy("stage", "Find repeated passages"),
    "edits": pgettext_lazy("stage", "Edit kept text"),
    "edits.account": pgettext_lazy("stage", "Count what was cut"),
    "tokenization.train": pgettext_lazy("stage", "Train tokenizer"),
    "tokenization": pgettext_lazy("stage", "Count and encode tokens"),
    "search": pgettext_lazy("stage", "Index for searching"),
    "search.fields": pgettext_lazy("stage", "Collect what documents state"),
    "search.verdicts": pgettext_lazy("stage", "Collect verdicts"),
    "snapshot": pgettext_lazy("stage", "Write snapshot"),
    "export.rows": pgettext_lazy("stage", "Order documents"),
    "export.cut": pgettext_lazy("stage", "Cut into shards"),
    "export.shards": pgettext_lazy("stage", "Write shards"),
    "export": pgettext_lazy("stage", "Write manifest"),
}


@register.filter
def stage_label(stage: str) -> str:
    """What a stage does, in two or three words."""
    return str(_STAGES.get(stage, stage))


_REASONS = {
    "bad-http": gettext_lazy("HTTP message that cannot be read"),
    "bad-record": gettext_lazy("Damaged record"),
    "bad-row": gettext_lazy("Malformed row"),
    "binary": gettext_lazy("Binary data"),
    "duplicate-key": gettext_lazy("A key twice in one object"),
    "encrypted": gettext_lazy("Encrypted"),
    "huge-number": gettext_lazy("A number too large"),
    "invalid-json": gettext_lazy("Not valid JSON"),
    "invalid-xml": gettext_lazy("Not valid XML"),
    "lone-surrogate": gettext_lazy("Half of a surrogate pair"),
    "mistyped-text": gettext_lazy("The text is not a string"),
    "mojibake": gettext_lazy("Mojibake that cannot be repaired"),
    "no-text": gettext_lazy("No text in the record"),
    "not-an-object": gettext_lazy("Not a JSON object"),
    "replacement-characters": gettext_lazy("Characters lost before it came here"),
    "too-large": gettext_lazy("Record too large"),
    "truncated": gettext_lazy("Cut short"),
    "undecodable": gettext_lazy("Bytes in no known encoding"),
    "unreadable-member": gettext_lazy("A file in the archive cannot be read"),
}


@register.filter
def reason_label(reason: str) -> str:
    """Why a record was quarantined."""
    return str(_REASONS.get(reason, reason))


@register.filter
def said(text: object) -> str:
    """What the data plane says, in the language of the page."""
    return sentences.said(text)


# -- forms and permissions -----------------------------------------------------------------


@register.filter
def may(user: User, action: str) -> bool:
    """Whether to show a button; the server asks again when it is pressed."""
    return user.is_authenticated and permissions.may(user, action)


@register.filter
def control(field: BoundField) -> SafeString:
    """The form control alone, tied to its help and error for people who listen to the page."""
    described = []
    if field.help_text:
        described.append(f"{field.id_for_label}-help")
    attrs: dict[str, Any] = {}
    if field.errors:
        described.append(f"{field.id_for_label}-error")
        attrs["aria-invalid"] = "true"
    if described:
        attrs["aria-describedby"] = " ".join(described)
    return field.as_widget(attrs=attrs)


@register.filter
def is_checkbox(field: BoundField) -> bool:
    return getattr(field.field.widget, "input_type", "") == "checkbox"
