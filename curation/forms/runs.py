"""Starting a curation run, and filtering the list of runs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from curation.actions.runs import MOST_WORKERS
from curation.models import Corpus, Recipe, Run, Tokenizer


class RunForm(forms.Form):
    recipe = forms.ModelChoiceField(
        label=_("Recipe"), queryset=Recipe.objects.none(), widget=forms.RadioSelect
    )
    tokenizer = forms.ModelChoiceField(
        label=_("Tokenizer"),
        queryset=Tokenizer.objects.order_by("name"),
        required=False,
        empty_label=_("As the recipe and the corpus say"),
        help_text=_("Tokens are counted and encoded with it."),
    )
    others = forms.ModelMultipleChoiceField(
        label=_("Together with"),
        queryset=Corpus.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Duplicates are then found across all of them, in one snapshot."),
    )

    def __init__(self, *args: Any, corpus: Corpus, recipes: list[Recipe], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.corpus = corpus
        recipe, others = self.fields["recipe"], self.fields["others"]
        assert isinstance(recipe, forms.ModelChoiceField)
        assert isinstance(others, forms.ModelMultipleChoiceField)
        recipe.queryset = Recipe.objects.filter(pk__in=[one.pk for one in recipes])
        others.queryset = (
            Corpus.objects.exclude(pk=corpus.pk).filter(sources__ready=True).distinct()
        )

    @property
    def corpora(self) -> list[Corpus]:
        return [self.corpus, *self.cleaned_data["others"]]


class WorkersForm(forms.Form):
    """How many units of a run may be at work at once; nothing is as many as there are workers."""

    workers = forms.IntegerField(
        label=_("Workers at most"),
        required=False,
        min_value=1,
        max_value=MOST_WORKERS,
        widget=forms.NumberInput(attrs={"placeholder": "∞", "class": "is-few"}),
    )


class PauseForm(forms.Form):
    """Until which hour of the clock a run is paused; nothing is until somebody resumes it."""

    at = forms.TimeField(
        label=_("until"),
        required=False,
        input_formats=["%H:%M"],
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )


class RunFilterForm(forms.Form):
    """The URL of the list of runs; wrong values are refused, not ignored."""

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), *Run.State.choices]
    )
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("All")), *Run.Kind.choices]
    )
    corpus = forms.ModelChoiceField(
        label=_("Corpus"),
        queryset=Corpus.objects.all(),
        to_field_name="name",
        required=False,
        empty_label=_("All"),
    )
