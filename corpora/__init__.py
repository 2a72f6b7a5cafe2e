"""The data plane: Japanese text in, curated training shards out.

A plain library over Arrow tables and files. It knows no Django, Celery, Redis
or SQL; ``python -m corpora`` runs a recipe with nothing else.
"""

__version__ = "0.1.0"
