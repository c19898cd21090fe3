"""Recipients at the desk: how far each is, the message to copy for those that a person writes to, and ticking off."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from privacy.actors import Actor
from privacy.package.seal import SealBroken
from rights_requests.desk.act import TOO_LONG, ActForm, Given, Staff
from rights_requests.forms import WholeText
from rights_requests.models import RecipientNotice, RightsRequest
from rights_requests.recipients.manual import Letter, letter
from rights_requests.recipients.notices import DETAILS, ENDED, Detail
from rights_requests.recipients.sealing import opened, party
from rights_requests.services import telling
from rights_requests.vocabulary import NoticeState

_KINDS = {NoticeState.COMPLETED: "done", NoticeState.IMPOSSIBLE: "quiet"}
AGAIN = "again"


@dataclass(frozen=True)
class Row:
    """One recipient: how far it is and why, whether it waits for staff, and then the message to send it."""

    notice: RecipientNotice
    kind: str
    detail: Any
    words: str
    letter: Letter | None


def panel(filed: RightsRequest, _user: Staff) -> Mapping[str, Any] | None:
    """Every recipient that is told about the request; nothing where there is none."""
    rows = [_row(notice) for notice in filed.notices.all()]
    return {"rows": rows} if rows else None


def waits(filed: RightsRequest, _user: Staff) -> bool:
    """Whether a recipient has not answered yet."""
    return any(notice.ended_at is None for notice in filed.notices.all())


def settle(_request_id: UUID, actor: Actor, given: Given) -> RightsRequest:
    """Do what the form says about one recipient."""
    if given["far"] == AGAIN:
        return telling.try_again(notice_id=given["notice"], actor=actor).request
    state = NoticeState(given["far"])
    return telling.tick(notice_id=given["notice"], actor=actor, state=state, words=given["words"]).request


class RecipientForm(ActForm):
    """Which recipient, how far it is, and what shows it."""

    notice = forms.TypedChoiceField(
        label=_("Recipient"),
        coerce=UUID,
        widget=forms.Select,
        error_messages={"required": _("Choose the recipient."), "invalid_choice": _("Choose one of the recipients.")},
    )
    far = forms.ChoiceField(
        label=_("How far it is"),
        widget=forms.Select,
        choices=[
            ("", _("Choose how far it is")),
            (NoticeState.SENT.value, _("I told it")),
            (NoticeState.COMPLETED.value, _("It has done it")),
            (NoticeState.IMPOSSIBLE.value, _("It is impossible, or would take a disproportionate effort")),
            (AGAIN, _("What stood in the way is put right: try again by machine")),
        ],
        error_messages={"required": _("Choose how far the recipient is.")},
    )
    words = WholeText(
        label=_("What shows it"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Who answered, when and how; or why it is impossible. The person can read it."),
        error_messages={"max_length": TOO_LONG},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        waiting = [found for found in self.filed.notices.all() if found.state not in ENDED]
        choices = [(str(found.pk), f"{found.recipient.name}: {found.get_kind_display()}") for found in waiting]
        first = [] if len(choices) == 1 else [("", _("Choose a recipient"))]
        self.fields["notice"].choices = [*first, *choices]  # type: ignore[attr-defined]


def _row(notice: RecipientNotice) -> Row:
    detail = notice.proof.get("detail")
    waits_for_staff = notice.state not in ENDED and notice.next_at is None
    kind = "late" if waits_for_staff else _KINDS.get(NoticeState(notice.state), "now")
    return Row(
        notice=notice,
        kind=kind,
        detail=DETAILS[Detail(detail)] if detail else "",
        words=str(notice.proof.get("words", "")),
        letter=_letter(notice) if waits_for_staff else None,
    )


def _letter(notice: RecipientNotice) -> Letter | None:
    try:
        return letter(party(notice.recipient), opened(notice))
    except (SealBroken, ValueError):
        return None
