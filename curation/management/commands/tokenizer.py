"""manage.py tokenizer train|import|encode"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from corpora.tokenization.pieces import pieces
from curation.actions.tokenizers import import_tokenizer, train_tokenizer
from curation.management.operator import operator
from curation.management.output import Verb
from curation.management.waiting import wait_for
from curation.models import Snapshot, Tokenizer
from curation.store import store


class Command(Verb):
    help = "Train a tokenizer from a snapshot, import a .model, or encode standard input."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        train = verbs.add_parser("train")
        train.add_argument("name")
        train.add_argument("snapshot", type=int)
        train.add_argument("--vocab-size", type=int, default=8_000)
        bring = verbs.add_parser("import")
        bring.add_argument("name")
        bring.add_argument("path", type=Path)
        encode = verbs.add_parser("encode")
        encode.add_argument("name")
        for verb in (train, bring, encode):
            verb.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        value = {"train": _train, "import": _import, "encode": _encode}[options["verb"]](
            self, options
        )
        self.say(value, as_json=options["json"])


def _train(command: Command, options: dict[str, Any]) -> dict[str, Any]:
    snapshot = Snapshot.objects.filter(pk=options["snapshot"]).first()
    if snapshot is None:
        raise CommandError(f"There is no snapshot {options['snapshot']}.")
    run = train_tokenizer(
        name=options["name"], snapshot=snapshot, vocab_size=options["vocab_size"], by=operator()
    )
    run = wait_for(run)
    command.require_done(run)
    assert run.tokenizer is not None
    return _account(run.tokenizer)


def _import(command: Command, options: dict[str, Any]) -> dict[str, Any]:
    path: Path = options["path"]
    if not path.is_file():
        raise CommandError(f"{path} is not a file.")
    return _account(import_tokenizer(name=options["name"], path=path, by=operator()))


def _encode(command: Command, options: dict[str, Any]) -> dict[str, Any]:
    tokenizer = Tokenizer.objects.filter(name=options["name"]).first()
    if tokenizer is None:
        raise CommandError(f"There is no tokenizer {options['name']}.")
    text = _standard_input()
    found = pieces(store().path(tokenizer.blob), text)
    return {"ids": [piece.id for piece in found], "pieces": [piece.piece for piece in found]}


def _standard_input() -> str:
    # Bytes first: under the C locale Python would let broken UTF-8 through as lone surrogates.
    try:
        return sys.stdin.buffer.read().decode()
    except UnicodeDecodeError as error:
        raise CommandError(
            f"Standard input, byte {error.start}: not UTF-8. Convert the text to UTF-8 first."
        ) from error


def _account(tokenizer: Tokenizer) -> dict[str, Any]:
    return {
        "tokenizer": tokenizer.name,
        "vocab_size": tokenizer.vocab_size,
        "sha256": tokenizer.blob,
    }
