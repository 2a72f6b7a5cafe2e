"""Decisions: thresholds, clusters, judgements and opt-outs -> keep or drop, with the reason."""
