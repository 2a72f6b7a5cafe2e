"""Every route of the workbench and what a person must be allowed to open it.

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
    "help": "corpus.view",
    "corpus": "corpus.view",
    "corpus-new": "corpus.create",
    "source-add": "source.add",
    "source": "corpus.view",
    "quarantine": "corpus.view",
    "runs": "run.view",
    "run": "run.view",
    "run-status": "run.view",
    "run-new": "run.create",
    "snapshot": "corpus.view",
    "documents": "corpus.view",
    "document": "corpus.view",
    "near": "corpus.view",
    "recipes": "corpus.view",
    "recipe": "corpus.view",
    "studio": "corpus.view",
    "queues": "corpus.view",
    "queue": "corpus.view",
    "opt-outs": "corpus.view",
    "tokenizers": "corpus.view",
    "tokenizer": "corpus.view",
    "exports": "corpus.view",
    "export": "corpus.view",
    "tokens": "token.manage",
    "people": "people.manage",
}
