"""The fields by which a snapshot's documents are told apart: what they have in common."""

from __future__ import annotations

#: Of the documents.
FIELDS = ["source", "host", "domain", "licence", "language", "format", "opt_out_signal"]
#: Not a column of its own: made of the metadata.
OPT_OUT = "opt_out_signal"
#: Of the decisions.
VERDICTS = ["verdict", "rule"]
#: Of the decisions as well; several for a document.
RULES = "rules"
