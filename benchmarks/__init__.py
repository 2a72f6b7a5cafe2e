"""Ours beside its peers: ratios of one run, on one seeded corpus (docs/benchmarks.md).

Nothing is imported here: the peers' scripts run where the product is not installed.
"""
