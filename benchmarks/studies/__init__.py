"""Studies: what is no race over one piece of work."""
