"""The closed lists of words about an import: where it stands, what becomes of a row, and why a row is not taken."""

from collections.abc import Mapping
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.attributes import LONGEST_TEXT, MOST
from privacy.forms import ADDRESS_ALIKE, ADDRESS_WRONG


class ImportState(TextChoices):
    """Where an import stands."""

    CHECKED = "checked", _("waits for your word")
    QUEUED = "queued", _("is being imported")
    ENROLLED = "enrolled", _("imported, people are being told")
    DONE = "done", _("imported")
    DISCARDED = "discarded", _("discarded")


# Nothing changes any more.
OVER = (ImportState.DONE, ImportState.DISCARDED)
# So much of what the file said is kept to show why a row was refused.
SHOWN_CHARACTERS = 300


class Verdict(TextChoices):
    """What becomes of a row."""

    NEW = "new", _("new")
    CHANGED = "changed", _("changed")
    UNCHANGED = "unchanged", _("unchanged")
    REFUSED = "refused", _("not taken")


class Reason(TextChoices):
    """Why a row is not taken; the sentences are in WHY."""

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


# Each may name the column (`about`) and another line (`line`).
WHY: Mapping[str, Any] = {
    Reason.QUOTES: _("A quotation mark stands where none can. Write the cell again without it."),
    Reason.CELLS: _("This line has more cells than the first line has names. Perhaps a separator stands in a text."),
    Reason.NO_NAME: _("The first name or nickname is missing."),
    Reason.NAME: _("The first name or nickname has at most 60 characters, and no link or address in it."),
    Reason.FORMULA: _("“%(about)s” begins with a sign by which spreadsheets know a formula. Write the text itself."),
    Reason.NO_ADDRESS: _("The work e-mail address is missing."),
    Reason.ADDRESS: ADDRESS_WRONG,
    Reason.LOOK_ALIKE: ADDRESS_ALIKE,
    Reason.FACT: _("“%(about)s” has more than %(longest)s characters, or more than one line."),
    Reason.FACTS_MANY: _("More than %(most)s further facts would be stored about this person. Leave some out."),
    Reason.FACTS_LONG: _("The further facts about this person are too long together. Leave some out."),
    Reason.REPEATED: _("Line %(line)s says the same already. Take one of the two out."),
    Reason.CONTRADICTED: _("Line %(line)s says something else of the same address. Keep the one that is right."),
    Reason.BARRED: _(
        "Nobody can be enrolled with this address at present. We do not say why: the reason can be the person’s own."
    ),
}


def sentence(reason: str, *, about: str = "", line: int | None = None) -> str:
    """Why a row is not taken, and what to do, in the language of the page."""
    return str(WHY[reason]) % {"about": about, "line": line, "longest": LONGEST_TEXT, "most": MOST}
