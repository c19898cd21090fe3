"""The question before a restriction: which of the cases of the law it is (Art. 18(1) GDPR)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from privacy.vocabulary import Right
from rights_requests.forms import message_field
from rights_requests.people import Party
from rights_requests.questions.question import Answers, AskForm, Question, Row
from rights_requests.questions.rows import asked_row, change_row
from rights_requests.services.filing import Asked
from rights_requests.vocabulary import RestrictionGround


class RestrictionForm(AskForm):
    """Why the use of the data is to be restricted."""

    ground = forms.ChoiceField(
        label=_("Why should we only store your data?"),
        help_text=_("The law knows these four cases. The one you choose tells us what to check, and for how long."),
        choices=RestrictionGround.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the case that fits best.")},
    )
    message = message_field(_("For example which data is wrong. Only the people who answer your request read this."))


def rows(answers: Answers, party: Party) -> list[Row]:
    """The right, the case, and the words that go with it."""
    return [
        asked_row(Right.RESTRICTION),
        change_row(Right.RESTRICTION, _("Why"), RestrictionGround(answers["ground"]).label),
        change_row(Right.RESTRICTION, _("What you want to tell us"), answers["message"]),
    ]


def asked(answers: Answers, right: Right) -> Asked:
    """A restriction of every use, on the chosen ground."""
    return Asked(right, message=answers["message"], ground=answers["ground"])


RESTRICTION = Question(
    Right.RESTRICTION,
    RestrictionForm,
    "rights_requests/ask_restriction.html",
    "rights_requests/check_access.html",
    rows=rows,
    asked=asked,
)
