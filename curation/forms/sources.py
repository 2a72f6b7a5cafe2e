"""Adding a source: uploaded files, or paths on the server."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

#: What --format takes; "auto" looks at the content.
FORMATS = (
    ("auto", _("Detect from the content")),
    ("jsonl", _("JSON Lines")),
    ("json", _("JSON array")),
    ("parquet", "Parquet"),
    ("csv", "CSV"),
    ("tsv", "TSV"),
    ("html", "HTML"),
    ("feed", _("Feed (RSS, Atom)")),
    ("xml", _("XML (statutes of e-Gov, and any other)")),
    ("text", _("Plain text, one document a file")),
    ("aozora", _("Aozora Bunko")),
    ("mediawiki", _("MediaWiki dump (XML)")),
    ("manual", _("Manual pages (roff)")),
    ("warc", _("Web archive (WARC)")),
    ("wet", _("Texts of a web archive (WET)")),
    ("arc", _("Web archive (ARC)")),
)

#: Files of one upload; more belong into an archive or a folder of the server.
MOST_FILES = 200


class About(forms.Form):
    """What is stated of every document that does not state it itself."""

    format = forms.ChoiceField(label=_("Format"), choices=FORMATS, initial="auto")
    licence = forms.CharField(
        label=_("Licence"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"list": "known-licences"}),
    )
    domain = forms.CharField(
        label=_("Domain"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"list": "known-domains"}),
    )


class _FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class _FilesField(forms.FileField):
    """One or more files; every one is checked as Django checks a single one."""

    widget = _FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        given = data if isinstance(data, list) and data else [None]
        if len(given) > MOST_FILES:
            raise forms.ValidationError(
                _("At most %(most)d files at once; put more into a zip."),
                params={"most": MOST_FILES},
            )
        return [super(_FilesField, self).clean(file, initial) for file in given]


class UploadForm(About):
    file = _FilesField(
        label=_("Files"),
        max_length=1_000,
        allow_empty_file=True,  # an empty file is a source with no documents, and says so
        error_messages={"required": _("Choose at least one file.")},
    )
    field_order = ("file", "format", "licence", "domain")


class PathForm(About):
    choose = forms.MultipleChoiceField(
        label=_("In the open folders"), required=False, widget=forms.CheckboxSelectMultiple
    )
    paths = forms.CharField(
        label=_("Other paths"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "class": "mono"}),
        help_text=_("Files or folders, one a line. Folders are read with everything below them."),
    )
    field_order = ("choose", "paths", "format", "licence", "domain")

    def __init__(self, *args: Any, offered: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose = self.fields["choose"]
        assert isinstance(choose, forms.MultipleChoiceField)
        choose.choices = offered

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        lines = [line.strip() for line in cleaned.get("paths", "").splitlines()]
        cleaned["all"] = [*cleaned.get("choose", []), *filter(None, lines)]
        if not cleaned["all"] and not self.errors:
            raise forms.ValidationError(_("Choose or write at least one path."))
        return cleaned
