"""Time, memory and disk of a run before it starts, from two short runs on this machine."""
