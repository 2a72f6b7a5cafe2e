"""Ingest: any source becomes documents and quarantine.

``scan`` finds and hashes the files, ``unit`` reads a group of them. Between the
two: ``reading`` opens a file by its content (``streams``, ``archives``,
``sample``), ``readers`` turns it into entries, ``fields`` maps a record's fields
and ``cleaning`` decides whether a text is fit to become a document.
"""
