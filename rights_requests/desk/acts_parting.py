"""What staff do with parts that are refused: leave one out with a reason of the law, and decide on its appeal."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from privacy.actors import Actor
from privacy.data_map.plan import planned_title
from privacy.vocabulary import Right
from rights_requests.desk.act import Act, ActForm, Given, Staff, always
from rights_requests.desk.forms import words_field
from rights_requests.models import Decision, RefusalReason, RightsRequest
from rights_requests.services import part_appeals, parting
from rights_requests.vocabulary import DecisionKind


class PartForm(ActForm):
    """Which part, why, and in which words the person is told."""

    holding = forms.ChoiceField(label=_("Which part"), error_messages={"required": _("Choose the part.")})
    reason = forms.ChoiceField(
        label=_("Reason"),
        error_messages={"required": _("Choose the reason why this part is refused.")},
    )
    text = words_field(_("What the person will read"), "", _("Explain to the person why this part is refused."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = [(reason.value, reason.label) for reason in parting.REASONS[Right(self.filed.right)]]
        self.fields["holding"].choices = [("", _("Choose a part")), *parting.parts(self.filed).items()]  # type: ignore[attr-defined]
        self.fields["reason"].choices = [("", _("Choose a reason")), *reasons]  # type: ignore[attr-defined]


def _leave_out(request_id: UUID, actor: Actor, given: Given) -> RightsRequest:
    reason = RefusalReason(given["reason"])
    words = {"holding": given["holding"], "reason": reason, "text": given["text"]}
    return parting.leave_out(request_id=request_id, actor=actor, **words).request


class PartAppealForm(ActForm):
    """Which part the decision is about, where several are appealed, and why, in words for the person."""

    grows: ClassVar[bool] = True
    holding = forms.ChoiceField(label=_("Which part"), error_messages={"required": _("Choose the part.")})
    text = words_field(
        _("What the person will read"),
        _("Say why in plain words. The mail carries them, and adds by itself how to complain where the part stays."),
        _("Explain your decision to the person."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = part_appeals.decidable(self.filed)
        choices = [(part.holding, planned_title(self.filed.plan, part.holding)) for part in found]
        field: Any = self.fields["holding"]
        field.choices = choices if len(choices) == 1 else [("", gettext("Choose a part")), *choices]


def panel(request: RightsRequest, _user: Staff) -> Mapping[str, Any] | None:
    """Each part that was refused: the reason of the law, the words the person reads, the appeal; None without any."""
    refused = [made for made in request.decisions.all() if made.kind == DecisionKind.PARTIAL]
    parts = [{"title": planned_title(request.plan, part.holding), "part": part} for part in refused]
    return {"parts": parts} if parts else None


def to_decide(request: RightsRequest, user: Staff) -> list[Decision]:
    """The appeals of parts that this member of staff may decide on."""
    return [part for part in part_appeals.decidable(request) if user.pk not in part_appeals.keepers(request, part)]


def _grant(request_id: UUID, actor: Actor, given: Given) -> RightsRequest:
    return part_appeals.grant(request_id=request_id, actor=actor, holding=given["holding"], text=given["text"])


def _uphold(request_id: UUID, actor: Actor, given: Given) -> RightsRequest:
    return part_appeals.uphold(request_id=request_id, actor=actor, holding=given["holding"], text=given["text"])


def _may_decide(filed: RightsRequest, user: Staff) -> bool:
    return bool(to_decide(filed, user))


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
GRANT_PART = Act(
    "grant-part",
    _("The part goes too"),
    _grant,
    _("The part goes too. The person is told."),
    _may_decide,
    PartAppealForm,
    button=_("Grant the appeal: delete the part"),
    kind="danger",
    step_up=always,
    claims=True,
    rights=frozenset({Right.ERASURE}),
)
UPHOLD_PART = Act(
    "uphold-part",
    _("The part stays"),
    _uphold,
    _("The part stays. The person is told why."),
    _may_decide,
    PartAppealForm,
    button=_("Keep the part and tell the person"),
    rights=frozenset({Right.ERASURE}),
)
