"""What may be asked of, and said about, one document."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from curation.forms.documents import FilterForm, refusal
from curation.models import Comment, Judgement
from curation.queries.reading import SHOWN, VIEWS, Wish


class ReadingForm(forms.Form):
    """Which text is shown, from where on, what is marked in it."""

    text = forms.ChoiceField(choices=[(view, view) for view in VIEWS], required=False)
    at = forms.IntegerField(min_value=0, max_value=2**31, required=False)
    rule = forms.CharField(max_length=100, required=False)
    list = forms.CharField(max_length=8_000, required=False)
    show = forms.MultipleChoiceField(choices=[(name, name) for name in SHOWN], required=False)

    def clean_list(self) -> str:
        """The query of the list that one comes from; one that no list could have is refused."""
        self.listed = FilterForm(QueryDict(self.cleaned_data["list"]))
        if not self.listed.is_valid() or refusal(self.listed.filter()):
            raise forms.ValidationError(_("There is no such list."))
        return str(self.cleaned_data["list"])

    def wish(self) -> Wish:
        """Of a valid form."""
        asked = self.cleaned_data
        return Wish(
            view=asked["text"] or "normalised",
            at=asked["at"] or 0,
            rule=asked["rule"],
            show=frozenset(asked["show"]),
            listed=asked["list"],
            wanted=self.listed.filter(),
        )


class JudgementForm(forms.Form):
    verdict = forms.ChoiceField(
        choices=[
            (verdict.value, verdict.label)
            for verdict in (
                Judgement.Verdict.KEEP,
                Judgement.Verdict.DROP,
                Judgement.Verdict.WITHDRAWN,
            )
        ]
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=1000)


#: What can stand before a judgement.
_STOOD = {"keep", "drop", "prefer", "withdrawn"}


class RememberedForm(forms.Form):
    """What a list that is fetched anew still has to take back."""

    #: ``id:verdicts`` with commas between them, the verdicts as ``UndoableForm.stood`` has them.
    remembered = forms.CharField(required=False, max_length=20_000)

    def clean_remembered(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for one in filter(None, self.cleaned_data["remembered"].split(",")):
            document, _colon, verdicts = one.partition(":")
            found[document] = verdicts.split()
            if not found[document] or not _STOOD.issuperset(found[document]):
                raise forms.ValidationError(_("A judgement is keep, drop or withdrawn."))
        return found


class UndoableForm(JudgementForm):
    """A judgement in a list that remembers what stood before each of its judgements."""

    #: Verdicts, the oldest first, with a blank between them.
    stood = forms.CharField(required=False, max_length=1000)
    undo = forms.BooleanField(required=False)

    def clean_stood(self) -> list[str]:
        stood: list[str] = self.cleaned_data["stood"].split()
        if not _STOOD.issuperset(stood):
            raise forms.ValidationError(_("A judgement is keep, drop or withdrawn."))
        return stood

    def clean(self) -> dict[str, Any]:
        """To undo is to let the last of those stand again, whatever the verdict says."""
        values = super().clean() or self.cleaned_data
        if values.get("undo"):
            if not values.get("stood"):
                raise forms.ValidationError(_("There is nothing to undo here."))
            values["verdict"] = values["stood"].pop()
        return values


class CommentForm(forms.Form):
    text = forms.CharField(max_length=Comment.LONGEST)
