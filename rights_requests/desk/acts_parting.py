"""What staff can do before a copy is made or data is erased: leave a part out, with a reason of the law."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from privacy.actors import Actor
from privacy.vocabulary import Right
from rights_requests.desk.act import Act, ActForm, Given, Staff
from rights_requests.forms import WholeText
from rights_requests.models import RefusalReason, RightsRequest
from rights_requests.services import parting


class PartForm(ActForm):
    """Which part, why, and in which words the person is told."""

    holding = forms.ChoiceField(label=_("Which part"), error_messages={"required": _("Choose the part.")})
    reason = forms.ChoiceField(
        label=_("Reason"),
        error_messages={"required": _("Choose the reason why this part is refused.")},
    )
    text = WholeText(
        label=_("What the person will read"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": _("Explain to the person why this part is refused."),
            "max_length": _("Write at most %(limit_value)d characters; these are %(show_value)d."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = [(reason.value, reason.label) for reason in parting.REASONS[Right(self.filed.right)]]
        self.fields["holding"].choices = [("", _("Choose a part")), *parting.parts(self.filed).items()]  # type: ignore[attr-defined]
        self.fields["reason"].choices = [("", _("Choose a reason")), *reasons]  # type: ignore[attr-defined]


def _leave_out(request_id: UUID, actor: Actor, given: Given) -> RightsRequest:
    reason = RefusalReason(given["reason"])
    words = {"holding": given["holding"], "reason": reason, "text": given["text"]}
    return parting.leave_out(request_id=request_id, actor=actor, **words).request


def _can(filed: RightsRequest, _user: Staff) -> bool:
    return parting.is_open_to_it(filed) and bool(parting.parts(filed))


LEAVE_OUT = Act(
    "leave-out",
    _("Leave a part out"),
    _leave_out,
    _("This part is left out. The person is told with the copy, and why."),
    _can,
    PartForm,
    button=_("Leave this part out"),
    rights=frozenset({Right.ACCESS, Right.PORTABILITY}),
)
KEEP = Act(
    "keep-part",
    _("Keep a part"),
    _leave_out,
    _("This part stays when the rest is deleted. The person is told why."),
    _can,
    PartForm,
    button=_("Keep this part and tell the person"),
    rights=frozenset({Right.ERASURE}),
)
