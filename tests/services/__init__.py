"""Real services for the tests, each in a folder and on a socket or port of its own."""
