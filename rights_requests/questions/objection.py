"""The question before an objection: to advertising, which ends at once, or to another use, and why (Art. 21 GDPR)."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from privacy.vocabulary import Purpose, Right
from rights_requests.forms import message_field
from rights_requests.models import RightsRequest
from rights_requests.people import Party
from rights_requests.questions.question import Answers, AskForm, Question, Row
from rights_requests.questions.rows import asked_row, change_row
from rights_requests.services import stopping
from rights_requests.services.filing import Asked
from rights_requests.vocabulary import ObjectionGround


class ObjectionForm(AskForm):
    """What is objected to; for anything but advertising also which uses, and the person's own reasons."""

    ground = forms.ChoiceField(
        label=_("What do you object to?"),
        help_text=_("Advertising ends at once and for good, without any reason. Other uses one of our people weighs."),
        choices=ObjectionGround.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you object to.")},
    )
    purposes = forms.MultipleChoiceField(
        label=_("Which uses, if it is not advertising?"),
        choices=[(purpose.value, purpose.label) for purpose in stopping.OBJECTABLE],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    message = message_field(
        _("What is it about your situation that speaks against this use? We weigh it against our reasons."),
        label=_("Your reasons, if it is not advertising"),
    )

    def clean(self) -> dict[str, Any]:
        """An objection to advertising needs nothing else; any other names a use and a reason (Art. 21(1))."""
        cleaned = super().clean() or {}
        if cleaned.get("ground") == ObjectionGround.OWN_SITUATION:
            if not cleaned.get("purposes") and "purposes" not in self.errors:
                self.add_error("purposes", _("Choose at least one use that you object to."))
            if not str(cleaned.get("message", "")).strip() and "message" not in self.errors:
                self.add_error("message", _("Write in a sentence or two what speaks against it in your situation."))
        return cleaned


def rows(answers: Answers, party: Party) -> list[Row]:
    """The right, what is objected to, and why."""
    uses = "\n".join(str(Purpose(purpose).label) for purpose in _uses(answers))
    found = [
        asked_row(Right.OBJECTION),
        change_row(Right.OBJECTION, _("You object to"), ObjectionGround(answers["ground"]).label),
    ]
    return [*found, change_row(Right.OBJECTION, _("Uses"), uses), _reasons(answers)] if uses else found


def _reasons(answers: Answers) -> Row:
    return change_row(Right.OBJECTION, _("Your reasons"), answers["message"])


def _uses(answers: Answers) -> list[str]:
    return answers["purposes"] if answers["ground"] == ObjectionGround.OWN_SITUATION else []


def asked(answers: Answers, right: Right) -> Asked:
    """An objection to advertising, or to the chosen uses."""
    return Asked(right, message=answers["message"], ground=answers["ground"], purposes=tuple(_uses(answers)))


def attach(answers: Answers, party: Party) -> Callable[[RightsRequest], None]:
    """What the law does not let wait happens with the filing itself."""
    return lambda request: stopping.begin_at_once(request, actor=party.actor)


OBJECTION = Question(
    Right.OBJECTION,
    ObjectionForm,
    "rights_requests/ask_objection.html",
    "rights_requests/check_access.html",
    rows=rows,
    asked=asked,
    attach=attach,
)
