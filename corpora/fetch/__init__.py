"""Fetching what lies elsewhere (http, https, S3) into the store, before it is scanned.

Nothing private is reached: names are resolved here, every address is checked, and the address
that was checked is the one that is connected to (docs/decisions/0022-fetching.md).
"""
