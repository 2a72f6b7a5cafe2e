"""Time, memory and disk of a run before it starts, from two sizes of short runs on this machine."""
