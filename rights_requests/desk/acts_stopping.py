"""What staff can do with a restriction that is in force: tell the person that it will end."""

from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from privacy.actors import Actor
from privacy.vocabulary import Right
from rights_requests.desk.act import Act, ActForm, Given, Staff
from rights_requests.forms import WholeText
from rights_requests.models import RightsRequest, State
from rights_requests.services import stopping


class AnnounceForm(ActForm):
    """Why the restriction ends, in words for the person."""

    text = WholeText(
        label=_("Why it ends"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The person reads this. The mail adds by itself on which day it ends and how to speak against it."),
        error_messages={"required": _("Explain to the person why the restriction ends.")},
    )


def _announce(request_id: UUID, actor: Actor, given: Given) -> RightsRequest:
    return stopping.announce_end(request_id=request_id, actor=actor, text=given["text"])


def _can_end(filed: RightsRequest, _user: Staff) -> bool:
    if filed.state != State.COMPLETED:
        return False
    return any(stop.notice_at is None for stop in stopping.in_force(filed))


ANNOUNCE_END = Act(
    "announce-end",
    _("End the restriction"),
    _announce,
    _("The person is told. The restriction ends by itself on the day that the mail names."),
    _can_end,
    AnnounceForm,
    button=_("Tell the person and end it"),
    rights=frozenset({Right.RESTRICTION}),
)
