"""Every sentence of a check (curation/upkeep) that the page of upkeep may show, as a form.

Findings are kept in English, with the chore; tests/curation/upkeep/test_chores.py fails for one
that is missing here.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

FINDINGS = (
    _("its bytes are no longer its own."),
    _("its bytes are no longer its own (set aside)."),
    _("the blob %(blob)s is missing."),
    _("%(number)s bytes of an unfinished file that nobody writes any more."),
    _("it is done %(number)s times."),
    _("it is done without a result."),
    _("it has ended, but %(number)s of its units have not."),
    _("%(number)s units have lost their worker, and no sweep has returned them."),
    _("nothing of it is left to do, yet it has not ended."),
    _("%(number)s units wait, and no worker listens to their queue."),
    _("its run %(run)s is %(state)s."),
    _("its counts are not those of its manifest."),
    _("its files are not those of its manifest."),
    _("%(number)s documents after edits, of %(kept)s kept."),
    _("its head, snapshot %(snapshot)s, is no published snapshot of it."),
    _("its parts' documents are %(number)s; stated are %(stated)s."),
    _("the quarantine's documents are %(number)s; stated are %(stated)s."),
    _("its verdicts' documents are %(number)s; stated are %(stated)s."),
    _("the table %(blob)s's documents are %(number)s; stated are %(stated)s."),
    _("the file's bytes are %(number)s; stated are %(stated)s."),
)

REMEDIES = (
    _("Start the run or export that made it again: it is written anew."),
    _("Check the disk, then fsck --deep --repair."),
    _("Start the run or export again, or restore it from a backup."),
    _("manage.py gc removes it."),
    _("The database has lost its constraint one_unit: restore it from a backup."),
    _("Restore the database from a backup."),
    _("Restore the database from a backup, or start the run again."),
    _("Look into the workers' logs: the sweep runs in each worker's main process."),
    _("Look into the workers' logs: the sweep moves runs on."),
    _("Start a worker with -Q %(queue)s."),
    _("This is a fault of the product: please report it with this line."),
    _("Curate the corpus again."),
    _("Check with fsck --deep; if nothing is damaged, report it as a fault."),
    _("Ask again."),
    _("Collect when every run has ended."),
)

#: Why a chore came to no good end.
CHORES = (
    _("the worker was told to end."),
    _("runs go on, and the store %(store)s cannot tell what they need just now."),
)
