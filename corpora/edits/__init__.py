"""Edits: what is cut inside documents that stay, as spans of the normalised text."""
