"""REST at /api/v1: the same actions and queries as the pages and the command line."""
