"""What both command lines can be told about the files that are read."""

from __future__ import annotations

from argparse import ArgumentParser


def add_reading_options(parser: ArgumentParser) -> None:
    """``--format``, ``--licence``, ``--domain`` ("" when not given) and ``--map`` (a list)."""
    parser.add_argument("--format", default="auto", help="of all files; otherwise by their content")
    parser.add_argument("--licence", default="", help="of documents that state none")
    parser.add_argument("--domain", default="", help="of documents that state none")
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="ROLE=COLUMN",
        help="which column is the text (again: another one of it), title, date, …",
    )
