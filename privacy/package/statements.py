"""What every access answer says besides the data: who we are, your rights, where to complain (Art. 15(1) and (2) GDPR).

All of it is data: the manifest, the readable pages and the text file are written from here.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from privacy.vocabulary import Right


@dataclass(frozen=True)
class Authority:
    """A supervisory authority: its name, its country, and the page where it takes complaints."""

    name: Any
    country: str
    complaint_url: str


@dataclass(frozen=True)
class Statement:
    """A right or a fact of the answer: a stable code, the article, a title and a sentence or two."""

    code: str
    article: str
    title: Any
    text: Any

    def as_json(self) -> dict[str, str]:
        """The statement in the active language."""
        return {"code": self.code, "article": self.article, "title": str(self.title), "text": str(self.text)}


CONTROLLER_NAME = "Occicor"

# The controller is established in France: the CNIL leads, wherever the person lives.
LEAD_AUTHORITY = Authority(
    name=_("Commission nationale de l’informatique et des libertés (CNIL)"),
    country="FR",
    complaint_url="https://www.cnil.fr/fr/adresser-une-plainte",
)
EVERY_AUTHORITY_URL = "https://www.edpb.europa.eu/about-edpb/about-edpb/members_en"

RIGHTS = (
    Statement(
        "rectification", "16", _("Have mistakes put right"), _("If something here is wrong or incomplete, tell us.")
    ),
    Statement(
        "erasure",
        "17",
        _("Have your data deleted"),
        _("You can ask us to delete your data. Before anything happens we show you what will go and what must stay."),
    ),
    Statement(
        "restriction",
        "18",
        _("Have the use of your data limited"),
        _("In some cases we then only store your data and do nothing else with it."),
    ),
    Statement(
        "portability",
        "20",
        _("Take your data with you"),
        _("The files in the folders data and csv are made to be read by other software."),
    ),
    Statement(
        "objection",
        "21",
        _("Object"),
        _("You can say no to uses that rest on our legitimate interests, and always to news and advertising."),
    ),
    Statement(
        "withdrawal",
        "7(3)",
        _("Take back your consent"),
        _("What you agreed to, you can take back at any time, as easily as you gave it."),
    ),
)

AUTOMATED_DECISIONS = Statement(
    "automated_decisions",
    "15(1)(h)",
    _("No decision about you is made by a machine alone"),
    _("We make no automated decisions that have legal or similar effects for you, and we build no profile of you."),
)

TRANSFERS = Statement(
    "transfers",
    "15(2)",
    _("Where your data is kept"),
    _(
        "Your data may be stored and processed in the European Union, in countries of the Gulf Cooperation Council, and"
        " in other countries where our facilities are. Where a country does not protect data as the European Union"
        " does, we use the standard contractual clauses of the European Commission (Art. 46 GDPR). You can ask us for a"
        " copy of them."
    ),
)

COMPLAINT = Statement(
    "complaint",
    "77",
    _("Complain to an authority"),
    _(
        "If you think that we handle your data wrongly, you can complain to a data protection authority at any time: to"
        " ours, or to the one of the country where you live or work. You can also go to court."
    ),
)

# What a package is a copy of, by the right that it answers.
SCOPES = {
    Right.ACCESS: Statement(
        "everything",
        "15(3)",
        _("A copy of everything"),
        _(
            "You asked for a copy of everything we hold about you. Here it is, with the reasons why we hold it and for"
            " how long."
        ),
    ),
    Right.PORTABILITY: Statement(
        "provided",
        "20(1)",
        _("What you gave us"),
        _(
            "You asked for what you gave us yourself, by consent or contract, in files that other services can read."
            " What we noted ourselves is not part of it: for that, ask for a copy of everything."
        ),
    ),
}

NOT_COPIED_SECRETS = Statement(
    "secret",
    "32",
    _("Passwords, keys and codes"),
    _("They open your account, so they are never copied into a file. They are deleted together with your data."),
)
NOT_COPIED_TECHNICAL = Statement(
    "technical",
    "15(1)",
    _("Technical fields"),
    _("Row numbers and states by which our software finds its way. They say nothing about you."),
)
NOT_COPIED_OTHERS = Statement(
    "another_person",
    "15(4)",
    _("Other people"),
    _("Where a value belongs to another person, it is replaced by “[another person]”: their data is theirs."),
)
LEFT_OUT = Statement(
    "left_out",
    "15(4)",
    _("Left out, value by value"),
    "",
)
FILES_LEFT_OUT = Statement(
    "left_out_files",
    "15(4)",
    _("A further file"),
    _("It repeats what we left out value by value, so it is not in this copy."),
)
NOT_COPIED_STORE = Statement(
    "store",
    "15(1)",
    _("Places outside the database"),
    _("What passes through them is a working copy of what you find here, or is gone within a short time."),
)


def controller_contact() -> str:
    """The address at which the controller answers questions about privacy."""
    return str(settings.DEFAULT_FROM_EMAIL).rpartition("<")[2].rstrip(">").strip()
