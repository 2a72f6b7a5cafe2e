"""A reader per format: one file here, one line in ``corpora.ingest.formats``."""
