"""Why a row is not taken, in words for whoever sent the file: what is wrong, and what to write instead."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.attributes import LONGEST_TEXT, MOST
from accounts.errors import NotToBeChanged, NotToBeEnrolled
from accounts.imports.vocabulary import Reason
from privacy.forms import ADDRESS_ALIKE, ADDRESS_WRONG

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
    Reason.BARRED: NotToBeEnrolled.message,
    Reason.KEPT: NotToBeChanged.message,
}


def sentence(reason: str, *, about: str = "", line: int | None = None) -> str:
    """Why a row is not taken, and what to do, in the language of the page."""
    return str(WHY[reason]) % {"about": about, "line": line, "longest": LONGEST_TEXT, "most": MOST}
