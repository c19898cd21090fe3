"""The desk's part about who asks: the checks with method, time and outcome, and the acts that accept or fail them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q, prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from privacy.actors import Actor
from rights_requests import rules
from rights_requests.desk.act import Act, ActForm, Given, Staff
from rights_requests.models import CLOSED_STATES, IdentityCheck, Message, RightsRequest
from rights_requests.services import identifying
from rights_requests.subjects import requester_of
from rights_requests.vocabulary import IdentityMethod, MessageKind, Outcome


def panel(request: RightsRequest, _user: Staff) -> Mapping[str, Any] | None:
    """Who asks for whom, and how we became sure; None where there is nothing to say."""
    checks = _checks(request)
    asker = requester_of(request)
    if not checks and not asker:
        return None
    said = Message.objects.filter(request=request, kind=MessageKind.FROM_PERSON).order_by("sent_at")
    signed = said.first() if rules.stands_in(request) else None
    return {
        "checks": checks,
        "asker": asker,
        "role": request.get_requester_role_display(),
        "signed": signed.text if signed else "",
    }


def _is_asked(check: IdentityCheck, *outcomes: Outcome) -> bool:
    """Whether the check stands so, and is more than a doubt that nobody agreed to yet."""
    return check.outcome in outcomes and not (check.method == IdentityMethod.DOCUMENT and check.agreed_at is None)


def _checks(request: RightsRequest) -> list[IdentityCheck]:
    """Every check of the request, read once."""
    prefetch_related_objects([request], "identity_checks")
    return list(request.identity_checks.all())


class CheckForm(ActForm):
    """Which check it is about."""

    check_id = forms.ModelChoiceField(
        queryset=IdentityCheck.objects.none(),
        label=_("Which check?"),
        empty_label=None,
        error_messages={"required": _("Choose the check that you decide on.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["check_id"]
        field.queryset = waiting(self.filed)  # type: ignore[attr-defined] # a choice among rows
        field.label_from_instance = lambda check: check.get_method_display()  # type: ignore[attr-defined]


def waiting(request: RightsRequest) -> Any:
    """The checks that stand in the way."""
    only_doubts = Q(method=IdentityMethod.DOCUMENT, agreed_at__isnull=True)
    return request.identity_checks.exclude(outcome=Outcome.PASSED).exclude(only_doubts)


def open_checks(request: RightsRequest) -> list[IdentityCheck]:
    """The checks that keep the request from being decided: open or failed ones, and a doubt that nobody settled."""
    return [check for check in _checks(request) if check.outcome != Outcome.PASSED]


def _accept(_request_id: UUID, actor: Actor, given: Given) -> RightsRequest:
    return identifying.settle(check_id=given["check_id"].pk, actor=actor, passed=True)


def _fail(_request_id: UUID, actor: Actor, given: Given) -> RightsRequest:
    return identifying.settle(check_id=given["check_id"].pk, actor=actor, passed=False)


def _can_accept(filed: RightsRequest, _user: Staff) -> bool:
    return filed.state not in CLOSED_STATES and any(
        _is_asked(check, Outcome.OPEN, Outcome.FAILED) for check in _checks(filed)
    )


def _can_fail(filed: RightsRequest, _user: Staff) -> bool:
    return filed.state not in CLOSED_STATES and any(_is_asked(check, Outcome.OPEN) for check in _checks(filed))


ACCEPT = Act(
    "accept-check",
    _("Accept what shows who asks"),
    _accept,
    _("Accepted. It is on record that you looked at it."),
    _can_accept,
    CheckForm,
    button=_("I have looked at it and accept it"),
    unfolded=True,
)
FAIL = Act(
    "fail-check",
    _("It does not show who asks"),
    _fail,
    _("It is on record. Refuse the request with the reason, or ask for something else."),
    _can_fail,
    CheckForm,
    button=_("I have looked at it and do not accept it"),
    kind="danger",
)
