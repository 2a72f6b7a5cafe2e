"""The table of roles and actions: the one place that says who may do what."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from curation.models import Role, User

_EVERYONE = frozenset(Role)
_CURATING = frozenset({Role.CURATOR, Role.ENGINEER, Role.STEWARD, Role.ADMINISTRATOR})
_OPERATING = frozenset({Role.ENGINEER, Role.ADMINISTRATOR})
_RIGHTS = frozenset({Role.STEWARD, Role.ADMINISTRATOR})
_ADMINISTERING = frozenset({Role.ADMINISTRATOR})

#: Action -> roles that may do it. Views, API and command line all ask here.
TABLE: dict[str, frozenset[Role]] = {
    "corpus.view": _EVERYONE,
    "corpus.create": _CURATING,
    "source.add": _CURATING,  # upload
    "source.add_path": _OPERATING,  # the server's own folders
    "source.look": _OPERATING | _RIGHTS,  # into the bytes of a file on the server
    "run.view": _EVERYONE,
    "run.create": _CURATING,
    "run.control": _CURATING,  # pause, resume, cancel, retry
    "run.forget": _OPERATING,
    "recipe.save": _CURATING,
    "review.create": _CURATING,
    "judge": _CURATING,
    "comment": _CURATING,  # all who may see a document read it
    "view.save": _EVERYONE,
    "opt_out": _RIGHTS,
    "tokenizer.create": _OPERATING,
    "export.create": _OPERATING,
    "export.download": _CURATING,
    "export.verify": _CURATING,
    "token.manage": _EVERYONE,  # one's own
    "people.manage": _ADMINISTERING,
    "upkeep": _ADMINISTERING,  # checks and collections
    "audit.view": _RIGHTS,
}


def may(user: User, action: str) -> bool:
    """Whether the user's role allows the action. Unknown actions are an error, not a no."""
    return user.is_active and Role(user.role) in TABLE[action]


def require(user: User, action: str) -> None:
    """Raise PermissionDenied, with a sentence for a person, unless ``may``."""
    if not may(user, action):
        raise PermissionDenied(
            _("Your role, %(role)s, does not allow this. Ask an administrator.")
            % {"role": Role(user.role).label}
        )
