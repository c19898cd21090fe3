"""What staff can do when they are not sure who asks: write down why, and as a second person agree or not."""

from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from privacy.actors import Actor
from rights_requests.desk.act import Act, ActForm, Given, Staff
from rights_requests.forms import WholeText
from rights_requests.models import RightsRequest, State
from rights_requests.services import doubting
from rights_requests.subjects import is_by_post
from rights_requests.vocabulary import IdentityMethod, Outcome


class DoubtForm(ActForm):
    """Why we are not sure; where the person signed in also what outweighs that."""

    text = WholeText(
        label=_("What makes you doubt that it is them?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The person reads this when a second person agrees. Is there a smaller way?"),
        error_messages={"required": _("Write down what makes you doubt it.")},
    )
    despite = WholeText(
        label=_("If they signed in and gave their password again: what outweighs that?"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def _doubt(request_id: UUID, actor: Actor, given: Given) -> RightsRequest:
    check = doubting.doubt(request_id=request_id, actor=actor, text=given["text"], despite=given["despite"])
    return check.request


def _agree(request_id: UUID, actor: Actor, _given: Given) -> RightsRequest:
    return doubting.agree(request_id=request_id, actor=actor)


def _drop(request_id: UUID, actor: Actor, _given: Given) -> RightsRequest:
    return doubting.drop(request_id=request_id, actor=actor)


def _may_doubt(filed: RightsRequest, _user: Staff) -> bool:
    # A document is shown on the page of the request; whoever has no mailbox is asked something by letter instead.
    return filed.state == State.RECEIVED and not filed.minor and not is_by_post(filed) and _doubter(filed) is None


def _is_second(filed: RightsRequest, user: Staff) -> bool:
    return filed.state == State.RECEIVED and _doubter(filed) not in {None, user.pk}


def _is_doubted(filed: RightsRequest, _user: Staff) -> bool:
    return filed.state == State.RECEIVED and _doubter(filed) is not None


def _doubter(filed: RightsRequest) -> UUID | None:
    """Who wrote down a doubt that nobody agreed to yet."""
    for check in filed.identity_checks.all():
        if check.method == IdentityMethod.DOCUMENT and check.outcome == Outcome.OPEN and check.agreed_at is None:
            return check.asked_by_id
    return None


DOUBT = Act(
    "doubt",
    _("I am not sure who asks"),
    _doubt,
    _("Your doubt is on record. A second person decides whether the person is asked for a document."),
    _may_doubt,
    DoubtForm,
    button=_("Put the doubt on record"),
    in_front=False,
)
AGREE = Act(
    "agree-document",
    _("Agree: ask for a document"),
    _agree,
    _("The person is asked, and told why and for how long we keep it."),
    _is_second,
)
DROP = Act(
    "drop-doubt",
    _("Ask for nothing"),
    _drop,
    _("Nobody is asked for a document."),
    _is_doubted,
    kind="quiet",
)
