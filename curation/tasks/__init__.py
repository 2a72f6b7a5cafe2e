"""What Celery workers run. Tasks are thin: claim, run, record; their arguments are ids."""
