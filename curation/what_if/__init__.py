"""The what-if process: what a recipe would keep of a snapshot, without a run.

Columns are mapped into memory and compared as the decisions stage compares them, with the
judgements and opt-outs that stand now: what is said here is what the next run over the same
documents gives. Nothing of this is imported by the web process, which asks
(curation/queries/asking.py).
"""
