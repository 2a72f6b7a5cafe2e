"""The product's side of each piece of work: thin calls of its seams, by benchmarks/protocol.py."""
