"""What staff can do with the clock of a request: make the term longer with a reason, and ask the person something."""

from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from privacy.actors import Actor
from rights_requests.deadlines import term_of
from rights_requests.desk.act import Act, ActForm, Given, Staff, on
from rights_requests.forms import WholeText
from rights_requests.models import CLOSED_STATES, RightsRequest
from rights_requests.services import terms
from rights_requests.states import Event
from rights_requests.vocabulary import AskReason, ExtensionReason

_TOO_LONG = _("Write at most %(limit_value)d characters; these are %(show_value)d.")
_ASKABLE = (AskReason.CLARIFICATION, AskReason.MANDATE)


class ExtendForm(ActForm):
    """Why it takes longer."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[("", _("Choose a reason")), *ExtensionReason.choices],
        error_messages={"required": _("Choose the reason why it takes longer.")},
    )
    text = WholeText(
        label=_("What the person will read"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The mail adds the new day by itself."),
        error_messages={"required": _("Explain to the person why it takes longer."), "max_length": _TOO_LONG},
    )


class AskForm(ActForm):
    """What is asked, and what for."""

    reason = forms.ChoiceField(
        label=_("What for"),
        choices=[("", _("Choose what for")), *((one.value, one.label) for one in _ASKABLE)],
        error_messages={"required": _("Choose what you ask it for.")},
    )
    text = WholeText(
        label=_("Your question"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The person reads it on the page of the request and answers there. The term runs on meanwhile."),
        error_messages={"required": _("Write your question."), "max_length": _TOO_LONG},
    )


def _extend(request_id: UUID, actor: Actor, given: Given) -> RightsRequest:
    reason = ExtensionReason(given["reason"])
    return terms.extend(request_id=request_id, actor=actor, reason=reason, text=given["text"])


def _ask(request_id: UUID, actor: Actor, given: Given) -> RightsRequest:
    return terms.ask(request_id=request_id, actor=actor, reason=AskReason(given["reason"]), text=given["text"])


def _can_extend(filed: RightsRequest, _user: Staff) -> bool:
    if filed.state in CLOSED_STATES or filed.extended_at is not None or not filed.term:
        return False
    return term_of(filed).extended_due_at is not None


EXTEND = Act(
    "extend",
    _("Take more time"),
    _extend,
    _("The term is longer now. The person gets your reason and the new day by mail."),
    _can_extend,
    ExtendForm,
    button=_("Make the term longer"),
    in_front=False,
)
ASK = Act(
    "ask",
    _("Ask the person something"),
    _ask,
    _("Your question is on the page of the request; the person gets a mail that it is there."),
    on(Event.ASK),
    AskForm,
    button=_("Send the question"),
    in_front=False,
)
