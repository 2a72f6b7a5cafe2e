"""Normalisation: the text as read -> the text that everything else measures, by policy."""
