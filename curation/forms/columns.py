"""Saying which column of a file's records is what."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from corpora.ingest.columns import Stated, checked
from corpora.ingest.preview import Preview

#: The text may be made of so many columns on the page; the command line takes more.
TEXTS = ("text", "text_2", "text_3")
#: What a choice begins with that names a column; nothing named is what is guessed.
_NAMED = "="
NONE = "-"
FOUND = "found"

LABELS = {
    "text": gettext_lazy("Text"),
    "text_2": gettext_lazy("and then"),
    "text_3": gettext_lazy("and then"),
    "title": gettext_lazy("Title"),
    "url": gettext_lazy("URL"),
    "date": pgettext_lazy("document", "Date"),
    "licence": gettext_lazy("Licence"),
    "domain": gettext_lazy("Domain"),
    "language": gettext_lazy("Language"),
    "id": gettext_lazy("Its own id"),
}


class FileForm(forms.Form):
    """Which of the files is looked at, counted from 1."""

    file = forms.IntegerField(min_value=1, required=False)

    @property
    def number(self) -> int:
        """0 for what is no number."""
        return (self.cleaned_data["file"] or 1) if self.is_valid() else 0


class _Choice(forms.ChoiceField):
    """Which columns there are is only known once the file was looked at."""

    def valid_value(self, value: Any) -> bool:
        return str(value) == NONE or str(value).startswith(_NAMED)


class ColumnsForm(forms.Form):
    """``offer`` says what there is to choose; ``stated`` what was chosen."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        for name, label in LABELS.items():
            self.fields[name] = _Choice(label=label, required=False)
        #: The text that was found when the choices were shown: what "and then" follows.
        self.fields[FOUND] = forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def stated(self) -> dict[str, list[str]]:
        """Role -> columns, of the roles that something was said of. Raises ColumnsRefused."""
        said = self.cleaned_data if self.is_valid() else {}
        stated = {
            name: [] if value == NONE else [value.removeprefix(_NAMED)]
            for name, value in said.items()
            if value and name not in (*TEXTS, FOUND)
        }
        first, *others = (said.get(name, "").removeprefix(_NAMED) for name in TEXTS)
        texts = [first or (said.get(FOUND, "") if any(others) else ""), *others]
        named = [name for name in texts if name]
        return checked({"text": named, **stated} if named else stated)

    def offer(self, found: Preview, stated: Stated) -> None:
        """What there is to choose, and what was chosen, be it there or not."""
        chosen = [name for names in stated.values() for name in names]
        named = [(f"{_NAMED}{name}", name) for name in dict.fromkeys([*found.columns, *chosen])]
        for name, field in self.fields.items():
            if not isinstance(field, _Choice):
                continue
            guessed = found.guessed.get(name)
            if name in TEXTS[1:]:
                field.choices = [("", _("nothing more")), *named]
            elif name == "text":
                field.choices = [("", _as_guessed(guessed)), *named]
            else:
                field.choices = [("", _as_guessed(guessed)), (NONE, _("no column")), *named]

    @staticmethod
    def data_of(stated: Stated) -> dict[str, str]:
        """The choices that state this."""
        texts = dict(zip(TEXTS, stated.get("text", ()), strict=False))
        others = {
            role: (names[0] if names else None) for role, names in stated.items() if role != "text"
        }
        return {
            role: NONE if name is None else f"{_NAMED}{name}"
            for role, name in (texts | others).items()
        }


def _as_guessed(guessed: str | None) -> str:
    if guessed is None:
        return _("as found: none")
    return _("as found: %(column)s") % {"column": guessed}
