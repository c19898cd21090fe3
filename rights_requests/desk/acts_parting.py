"""What staff can do with a copy before it is made: leave a part out, with a reason of the law."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from privacy.actors import Actor
from rights_requests.desk.act import Act, ActForm, Given, Staff
from rights_requests.forms import WholeText
from rights_requests.models import RefusalReason, RightsRequest, State
from rights_requests.services import parting

_REASONS = (RefusalReason.RIGHTS_OF_OTHERS, RefusalReason.UNFOUNDED, RefusalReason.EXCESSIVE)


class PartForm(ActForm):
    """Which part, why, and in which words the person is told."""

    holding = forms.ChoiceField(label=_("What is left out"), error_messages={"required": _("Choose what is left out.")})
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[("", _("Choose a reason")), *((reason.value, reason.label) for reason in _REASONS)],
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
        gone = set(parting.left_out(self.filed).values_list("holding", flat=True))
        items = [item for item in self.filed.plan.get("items", ()) if item["slug"] not in gone]
        choices = [(item["slug"], item["title"]) for item in items]
        self.fields["holding"].choices = [("", _("Choose a part")), *choices]  # type: ignore[attr-defined]


def _leave_out(request_id: UUID, actor: Actor, given: Given) -> RightsRequest:
    reason = RefusalReason(given["reason"])
    words = {"holding": given["holding"], "reason": reason, "text": given["text"]}
    return parting.leave_out(request_id=request_id, actor=actor, **words).request


def _can(filed: RightsRequest, _user: Staff) -> bool:
    return filed.state == State.RECEIVED and bool(filed.plan)


LEAVE_OUT = Act(
    "leave-out",
    _("Leave a part out"),
    _leave_out,
    _("This part is left out. The person is told with the copy, and why."),
    _can,
    PartForm,
    button=_("Leave this part out"),
    rights=frozenset(parting.COPIES),
)
