"""Contests: one piece of work, ours beside the peers'."""
