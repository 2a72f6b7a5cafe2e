"""What the addresses of documents as read may say."""

from __future__ import annotations

from django import forms

from curation.queries.documents import PAGE_ROWS


class AsReadForm(forms.Form):
    """Anything else is a 400."""

    contains = forms.CharField(required=False, max_length=300, strip=False)
    source = forms.IntegerField(required=False, min_value=1)
    after = forms.RegexField(regex=r"^[0-9a-f]{64}\.\d{1,12}\Z", required=False)
    #: Rows that a page still has room for.
    room = forms.IntegerField(required=False, min_value=1, max_value=PAGE_ROWS)
    #: The code point that the window of a long text is around.
    at = forms.IntegerField(required=False, min_value=0)

    @property
    def query(self) -> dict[str, object]:
        """What is looked for, as the addresses of the next page and of a document state it."""
        given = self.cleaned_data
        return {name: given[name] for name in ("contains", "source") if given[name]}
