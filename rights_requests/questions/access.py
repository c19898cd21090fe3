"""The question before a copy of one's data: whether there is anything to tell us."""

from django.utils.translation import gettext_lazy as _

from privacy.vocabulary import Right
from rights_requests.forms import message_field
from rights_requests.people import Party
from rights_requests.questions.question import Answers, AskForm, Question, Row
from rights_requests.questions.rows import asked_row, change_row


class MessageForm(AskForm):
    """Anything the person wants to add to a request; never required (no reasons may be asked, EDPB 01/2022)."""

    message = message_field(
        _(
            "You do not have to give a reason. If you are looking for something in particular, say so here: "
            "it helps us check that it is in your copy. Only the people who answer your request read this."
        )
    )


def rows(answers: Answers, party: Party) -> list[Row]:
    """What is asked, and the words that go with it."""
    return [asked_row(Right.ACCESS), change_row(Right.ACCESS, _("What you want to tell us"), answers["message"])]


ACCESS = Question(
    Right.ACCESS, MessageForm, "rights_requests/message.html", "rights_requests/check_access.html", rows=rows
)
