"""The closed lists of words about an import: where it stands, what becomes of a row, and why a row is not taken."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ImportState(TextChoices):
    """Where an import stands."""

    CHECKED = "checked", _("waits for your word")
    QUEUED = "queued", _("is being imported")
    ENROLLED = "enrolled", _("imported, people are being told")
    DONE = "done", _("imported")
    DISCARDED = "discarded", _("discarded")


# The kind of the job that does it.
KIND = "enrolment_import"
# Nothing changes any more.
OVER = (ImportState.DONE, ImportState.DISCARDED)
# Nobody is enrolled by it yet.
UNDECIDED = (ImportState.CHECKED, ImportState.QUEUED)
# So much of a cell is kept to show why a row was refused: more than a fact may have (accounts.attributes.LONGEST_TEXT),
# so that one that is too long is so still when it comes back.
SHOWN_CHARACTERS = 301
# Under this name, which no column can have, a refused row keeps its cells over which no column is named.
STRAYS = ""


class Verdict(TextChoices):
    """What becomes of a row."""

    NEW = "new", _("new")
    CHANGED = "changed", _("changed")
    UNCHANGED = "unchanged", _("unchanged")
    REFUSED = "refused", _("not taken")


class Reason(TextChoices):
    """Why a row is not taken; the words for people are in accounts.imports.sentences."""

    QUOTES = "quotes"
    CELLS = "cells"
    NO_NAME = "no_name"
    NAME = "name"
    FORMULA = "formula"
    NO_ADDRESS = "no_address"
    ADDRESS = "address"
    LOOK_ALIKE = "look_alike"
    FACT = "fact"
    FACTS_MANY = "facts_many"
    FACTS_LONG = "facts_long"
    REPEATED = "repeated"
    CONTRADICTED = "contradicted"
    BARRED = "barred"
    KEPT = "kept"
