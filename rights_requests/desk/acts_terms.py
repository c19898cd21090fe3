"""What staff can do with the clock of a request: ask the person, take the longer term, propose a fee."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacy.actors import Actor
from rights_requests import rules
from rights_requests.deadlines import term_to_show
from rights_requests.desk.act import Act, ActForm, Given, Staff, on
from rights_requests.desk.forms import words_field
from rights_requests.models import CLOSED_STATES, RightsRequest
from rights_requests.selectors import extension, fee_of, open_question
from rights_requests.services import terms
from rights_requests.states import Event, allows
from rights_requests.subjects import known
from rights_requests.vocabulary import Answer, AskReason, DecisionKind, ExtensionReason, RefusalReason

_CENTS = 100


class QuestionForm(ActForm):
    """What we need to know, and what for."""

    reason = forms.ChoiceField(
        label=_("What is it for?"),
        choices=[("", _("Choose a reason")), *((reason.value, reason.label) for reason in terms.ASKED)],
        help_text=_("The clock stands still only for a question about who asks, and only where the law knows that."),
        error_messages={"required": _("Choose what the question is for.")},
    )
    text = words_field(
        _("Your question"),
        _("The person reads it on the page of the request. Never ask for an identity document here."),
        _("Write your question to the person."),
    )


class ExtensionForm(ActForm):
    """Why the answer takes longer."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[("", _("Choose a reason")), *ExtensionReason.choices],
        error_messages={"required": _("Choose the reason why it takes longer.")},
    )
    text = words_field(
        _("What the person will read"),
        _("Say why in plain words. The mail adds by itself the old and the new date, and how to complain."),
        _("Explain to the person why it takes longer."),
    )


class FeeForm(ActForm):
    """How much, and why the law allows to ask it."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[("", _("Choose a reason")), *((reason.value, reason.label) for reason in terms.FEE_REASONS)],
        error_messages={"required": _("Choose the reason why a fee may be charged.")},
    )
    euros = forms.DecimalField(
        label=_("Amount in euros"),
        help_text=_("What answering really costs us. The person can accept it, decline it, or withdraw."),
        decimal_places=2,
        min_value=Decimal("0.01"),
        max_value=Decimal(terms.HIGHEST_FEE_CENTS) / _CENTS,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        localize=True,
        error_messages={
            "required": _("Enter the amount of the fee."),
            "invalid": _("Enter an amount such as 12.50."),
            "min_value": _("Enter an amount of more than 0."),
            "max_value": _("Enter at most %(limit_value)s euros: a fee must be reasonable."),
            "max_decimal_places": _("Enter an amount with at most two decimals, such as 12.50."),
        },
    )
    text = words_field(
        _("What the person will read"),
        _("Say why this request costs something, and what the amount is made of."),
        _("Explain to the person why you would charge a fee."),
    )


class NoteAnswerForm(ActForm):
    """What the person answered by letter, call, mail or message."""

    accepted = forms.ChoiceField(
        label=_("The fee is"),
        choices=[("", _("Choose the answer")), (Answer.ACCEPTED, _("accepted")), (Answer.DECLINED, _("declined"))],
        error_messages={"required": _("Choose whether the person accepted the fee.")},
    )
    text = words_field(
        _("What they answered, and how it reached us"),
        _("For colleagues. It is data about the person all the same: a copy of their data contains it."),
        _("Write down what the person answered, and how it reached us."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        question = open_question(self.filed)
        if question is None or question.kind != DecisionKind.FEE:
            del self.fields["accepted"]


def _ask(request_id: UUID, actor: Actor, given: Given) -> RightsRequest:
    return terms.ask(request_id=request_id, actor=actor, reason=AskReason(given["reason"]), text=given["text"])


def _extend(request_id: UUID, actor: Actor, given: Given) -> RightsRequest:
    reason = ExtensionReason(given["reason"])
    return terms.extend(request_id=request_id, actor=actor, reason=reason, text=given["text"])


def _propose(request_id: UUID, actor: Actor, given: Given) -> RightsRequest:
    reason, cents = RefusalReason(given["reason"]), int(given["euros"] * _CENTS)
    return terms.propose_fee(request_id=request_id, actor=actor, amount_cents=cents, reason=reason, text=given["text"])


def _note(request_id: UUID, actor: Actor, given: Given) -> RightsRequest:
    accepted = given["accepted"] == Answer.ACCEPTED if given.get("accepted") else None
    return terms.note_answer(request_id=request_id, actor=actor, text=given["text"], accepted=accepted)


def _can_extend(filed: RightsRequest, _user: Staff) -> bool:
    if filed.state in CLOSED_STATES or filed.paused_at is not None or not known(filed):
        return False
    last = term_to_show(filed).extension_notice_by
    return last is not None and timezone.now() <= last and filed.extended_at is None and extension(filed) is None


def _can_ask(filed: RightsRequest, _user: Staff) -> bool:
    return allows(filed, Event.ASK) and known(filed)


def _can_propose(filed: RightsRequest, user: Staff) -> bool:
    return _can_ask(filed, user) and fee_of(filed) is None and rules.free_by_law(filed) is None


def _waits(filed: RightsRequest, user: Staff) -> bool:
    return on(Event.ANSWER)(filed, user) and open_question(filed) is not None


TERMS = (
    Act(
        "answered",
        _("The person answered another way"),
        _note,
        _("The answer is on record. The work goes on."),
        _waits,
        NoteAnswerForm,
        button=_("Put the answer on record"),
    ),
    Act(
        "ask",
        _("Ask the person something"),
        _ask,
        _("Your question is on the page of the request; the person gets a mail that it is there."),
        _can_ask,
        QuestionForm,
        button=_("Send the question"),
    ),
    Act(
        "extend",
        _("Take the longer term"),
        _extend,
        _("The term is longer. The person is told why and until when."),
        _can_extend,
        ExtensionForm,
        button=_("Tell the person and take longer"),
        in_front=False,
        key="e",
    ),
    Act(
        "propose-fee",
        _("Propose a fee"),
        _propose,
        _("The person is told of the fee. Nothing is charged unless they accept."),
        _can_propose,
        FeeForm,
        button=_("Propose the fee"),
        in_front=False,
    ),
)
