"""The statistics of review: pure functions, no stage."""
