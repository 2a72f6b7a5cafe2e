"""The nouns of the workbench, one a file."""

from curation.models.audit import AuditEvent
from curation.models.chore import Chore
from curation.models.corpus import Corpus, Source
from curation.models.explore import BulkJudgement, SavedView
from curation.models.export import Export
from curation.models.heartbeat import Lease, WorkerBeat
from curation.models.judgement import (
    Comment,
    Judgement,
    OptOut,
    PairVerdict,
    ReviewItem,
    ReviewQueue,
)
from curation.models.question import Question
from curation.models.recipe import Recipe
from curation.models.run import Run, Unit
from curation.models.snapshot import Snapshot
from curation.models.token import ApiToken
from curation.models.tokenizer import Tokenizer
from curation.models.upload import Upload
from curation.models.user import Role, User

__all__ = [
    "ApiToken",
    "AuditEvent",
    "BulkJudgement",
    "Chore",
    "Comment",
    "Corpus",
    "Export",
    "Judgement",
    "Lease",
    "OptOut",
    "PairVerdict",
    "Question",
    "Recipe",
    "ReviewItem",
    "ReviewQueue",
    "Role",
    "Run",
    "SavedView",
    "Snapshot",
    "Source",
    "Tokenizer",
    "Unit",
    "Upload",
    "User",
    "WorkerBeat",
]
