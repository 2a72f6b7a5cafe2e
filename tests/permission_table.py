"""Every route of the workbench and what a person must be allowed to use it.

A word of curation.permissions.TABLE; PUBLIC needs no login. The actions behind a page's
buttons ask for more on their own; this is what it takes to see the page at all.
tests/test_house.py fails for a route that is missing here.
"""

from __future__ import annotations

PUBLIC = "public"

ROUTES = {
    "login": PUBLIC,
    "logout": PUBLIC,
    "set_language": PUBLIC,
    "theme": PUBLIC,
    "home": "corpus.view",
    "load-sample": "corpus.create",
    "help": "corpus.view",
    "corpus": "corpus.view",
    "corpus-new": "corpus.create",
    "source-add": "source.add",
    "source": "corpus.view",
    "quarantine": "corpus.view",
    "quarantine-csv": "corpus.view",
    "runs": "run.view",
    "run": "run.view",
    "run-status": "run.view",
    "run-new": "run.create",
    "run-steer": "run.control",
    "snapshot": "corpus.view",
    "documents": "corpus.view",
    "document": "corpus.view",
    "document-source": "source.look",
    "document-judge": "judge",
    "document-opt-out": "opt_out",
    "near": "corpus.view",
    "near-answer": "corpus.view",
    "recipes": "corpus.view",
    "recipe": "corpus.view",
    "recipe-edit": "recipe.save",
    "studio": "corpus.view",
    "studio-board": "corpus.view",
    "studio-curve": "corpus.view",
    "studio-cut": "corpus.view",
    "studio-save": "recipe.save",
    "queues": "corpus.view",
    "queue": "corpus.view",
    "queue-judge": "judge",
    "queue-undo": "judge",
    "opt-outs": "corpus.view",
    "opt-out-withdraw": "opt_out",
    "tokenizers": "corpus.view",
    "tokenizer": "corpus.view",
    "tokenizer-new": "tokenizer.create",
    "tokenizer-use": "tokenizer.create",
    "exports": "corpus.view",
    "export": "corpus.view",
    "export-new": "export.create",
    "export-verify": "export.verify",
    "export-again": "export.create",
    "tokens": "token.manage",
    "token-revoke": "token.manage",
    "people": "people.manage",
    "person-role": "people.manage",
    "person-active": "people.manage",
}
