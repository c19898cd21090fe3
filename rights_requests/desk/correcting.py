"""Corrections at the desk: old and new side by side, a decision for each, and writing down what came by letter."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from privacy.actors import Actor
from privacy.data_map.rectify import Held, held
from privacy.vocabulary import Right
from rights_requests import corrections
from rights_requests.desk.act import TOO_LONG, Act, ActForm, Given, Staff
from rights_requests.forms import WholeText
from rights_requests.models import Proposal, RightsRequest, State
from rights_requests.services import correcting, deciding
from rights_requests.services.correcting import Verdict
from rights_requests.states import Event, allows
from rights_requests.subjects import known, subject_of
from rights_requests.vocabulary import Answer


def panel(filed: RightsRequest, _user: Staff) -> Mapping[str, Any] | None:
    """Every correction of the request and what the person said; nothing for other rights."""
    if filed.right != Right.RECTIFICATION:
        return None
    return {"lines": corrections.desk_lines(filed), "statement": corrections.statement_of(filed)}


class DecideForm(ActForm):
    """For each correction whether it is accepted, and if not, why; what is left open stays open."""

    grows: ClassVar[bool] = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = [line for line in corrections.lines(self.filed) if not line.proposal.applied_at]
        self.proposals = [line.proposal for line in lines]
        for line in lines:
            self._add(line.proposal, f"{line.label} ({line.where})")

    def clean(self) -> dict[str, Any]:
        """The decisions by correction; raises ValidationError for a refusal without words, or for none at all."""
        given: dict[str, Any] = super().clean() or {}
        verdicts: dict[UUID, Verdict] = {}
        for proposal in self.proposals:
            answer, reason = given.get(f"answer_{proposal.pk}"), given.get(f"reason_{proposal.pk}", "").strip()
            if answer == Answer.DECLINED and not reason and f"reason_{proposal.pk}" not in self.errors:
                self.add_error(f"reason_{proposal.pk}", _("Explain to the person why this is not changed."))
            elif answer:
                verdicts[proposal.pk] = Verdict(Answer(answer), reason)
        if not verdicts and not self.errors:
            raise forms.ValidationError(_("Decide on at least one correction."))
        return {"verdicts": verdicts}

    def _add(self, proposal: Proposal, what: str) -> None:
        self.fields[f"answer_{proposal.pk}"] = forms.ChoiceField(
            label=what,
            help_text=_("“%(old)s” becomes “%(new)s”") % {"old": proposal.old or "–", "new": proposal.new or "–"},
            choices=[
                (Answer.OPEN.value, _("Not decided yet")),
                (Answer.ACCEPTED.value, _("Accept")),
                (Answer.DECLINED.value, _("Decline")),
            ],
            initial=proposal.decision,
            required=False,
            widget=forms.Select,
        )
        self.fields[f"reason_{proposal.pk}"] = WholeText(
            label=_("%(what)s: why it is not changed") % {"what": what},
            help_text=_("The person reads this. Only if you decline."),
            initial=proposal.reason_text,
            required=False,
            max_length=1000,
            widget=forms.Textarea(attrs={"rows": 2}),
            error_messages={"max_length": TOO_LONG},
        )


class AcceptAllForm(ActForm):
    """Which corrections stood on the page: one that came later is not accepted unseen."""

    shown = forms.CharField(widget=forms.HiddenInput, max_length=20_000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"shown": " ".join(str(made.pk) for made in _open_ones(self.filed))}

    def clean_shown(self) -> dict[UUID, Verdict]:
        """The word for each; raises ValidationError for a number that is none."""
        try:
            return {UUID(number): Verdict(Answer.ACCEPTED, "") for number in self.cleaned_data["shown"].split()}
        except ValueError:
            raise forms.ValidationError(_("Decide on at least one correction.")) from None


class NoteForm(ActForm):
    """Which value, and what is right."""

    key = forms.ChoiceField(
        label=_("What is wrong"), widget=forms.Select, error_messages={"required": _("Choose what is wrong.")}
    )
    new = WholeText(
        label=_("What is right"),
        required=False,
        max_length=Proposal._meta.get_field("new").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Leave it empty if it is to be taken away."),
        error_messages={"max_length": TOO_LONG},
    )
    statement = WholeText(
        label=_("What the person says about it"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": TOO_LONG},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        values = held(subject_of(self.filed)) if known(self.filed) else ()
        choices = [(value.key, _said(value)) for value in values if value.elsewhere is None]
        self.fields["key"].choices = [("", _("Choose a value")), *choices]  # type: ignore[attr-defined]


def _said(value: Held) -> str:
    return f"{value.row_title or value.holding.title}: {value.label} ({value.text or '–'})"


def _decide(request_id: UUID, actor: Actor, given: Given) -> RightsRequest:
    return correcting.decide(request_id=request_id, actor=actor, verdicts=given["verdicts"])


@transaction.atomic
def _accept_all(request_id: UUID, actor: Actor, given: Given) -> RightsRequest:
    correcting.decide(request_id=request_id, actor=actor, verdicts=given["shown"])
    return deciding.approve(request_id=request_id, actor=actor)


def _open_ones(filed: RightsRequest) -> list[Proposal]:
    return [made for made in filed.proposals.all() if made.decision == Answer.OPEN]


def _can_accept_all(filed: RightsRequest, _user: Staff) -> bool:
    """Where one person decides, and has decided on none yet."""
    made = filed.proposals.all()
    return allows(filed, Event.APPROVE) and bool(made) and len(made) == len(_open_ones(filed))


def _note(request_id: UUID, actor: Actor, given: Given) -> RightsRequest:
    return correcting.note(
        request_id=request_id, actor=actor, key=given["key"], new=given["new"], statement=given["statement"]
    )


def _can_decide(filed: RightsRequest, _user: Staff) -> bool:
    return filed.state == State.RECEIVED and filed.proposals.exists()


def _can_note(filed: RightsRequest, _user: Staff) -> bool:
    return filed.state == State.RECEIVED and known(filed)


_ONLY = frozenset({Right.RECTIFICATION})
DECIDE = Act(
    "decide-proposals",
    _("Decide on each correction"),
    _decide,
    _("Your decisions are on record. Approve the request to have the changes made."),
    _can_decide,
    DecideForm,
    button=_("Put the decisions on record"),
    unfolded=True,
    rights=_ONLY,
)
ACCEPT_ALL = Act(
    "accept-all",
    _("Accept all and start"),
    _accept_all,
    _("You accepted every correction. The work has begun; the person is told when it is done."),
    _can_accept_all,
    AcceptAllForm,
    rights=_ONLY,
    claims=True,
)
NOTE = Act(
    "note-correction",
    _("Write down a correction"),
    _note,
    _("The correction stands beside the others. Decide on it."),
    _can_note,
    NoteForm,
    button=_("Write it down"),
    in_front=False,
    rights=_ONLY,
)
