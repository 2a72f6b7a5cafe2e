"""Kept documents -> the files that training stacks read, with a manifest that can be checked."""
