"""The desk's part about what is said: the thread with the person, notes for colleagues, and the appeal of a refusal."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from privacy.actors import Actor
from privacy.uploads.fields import CleanFileField
from rights_requests.desk import gathering, wordings
from rights_requests.desk.act import TOO_LONG, Act, ActForm, Given, Staff
from rights_requests.forms import WholeText
from rights_requests.models import CLOSED_STATES, RightsRequest, State
from rights_requests.services import appealing, messaging, withdrawing
from rights_requests.states import Event, allows
from rights_requests.subjects import known

_LENGTH = 5000


def panel(request: RightsRequest, _user: Staff) -> Mapping[str, Any] | None:
    """The appeal of a refusal; None where there is none. What else was said stands in the timeline."""
    return {"appeal": request.appeal_text, "appealed_at": request.appealed_at} if request.appeal_text else None


class WriteForm(ActForm):
    """Words for the person; can be looked at as the person will read them before they are sent."""

    previews: ClassVar[bool] = True

    text = WholeText(
        label=_("Your message"),
        max_length=_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The person reads it on the page of the request; the mail only says that it is there."),
        error_messages={"required": _("Write what you want to say to the person."), "max_length": TOO_LONG},
    )
    file = CleanFileField(
        label=_("A file that goes with it"),
        help_text=_("A picture (JPEG or PNG) or a PDF of up to 10 MB. The person can download it for a month."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wordings = wordings.offered(self.filed)
        started: wordings.Filled = self.initial.get("wording") or wordings.Filled("")
        self.opens = bool(started.text)
        self.initial = {**self.initial, "text": started.text}
        self.missing = wordings.LEFT % {"fields": ", ".join(started.missing)} if started.missing else ""

    def clean_text(self) -> str:
        """The words; raises ValidationError where a field of a wording is left in its braces."""
        return wordings.refuse_braces(str(self.cleaned_data["text"]))


class NoteForm(ActForm):
    """Words for colleagues."""

    text = WholeText(
        label=_("Your note"),
        max_length=_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For colleagues. It is data about the person all the same: a copy of their data contains it."),
        error_messages={"required": _("Write the note."), "max_length": TOO_LONG},
    )


class AppealForm(ActForm):
    """Why the refusal stands, or why it does not, in words for the person."""

    text = WholeText(
        label=_("What the person will read"),
        max_length=_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Explain your decision to the person."), "max_length": TOO_LONG},
    )


class HeardForm(ActForm):
    """What whoever asked said by letter, call, mail or message, and how it reached us."""

    text = WholeText(
        label=_("What they said, and how it reached us"),
        max_length=_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("In the person’s own words where you have them. The person can read it."),
        error_messages={"required": _("Write down what they said, and how it reached us."), "max_length": TOO_LONG},
    )


def _write(request_id: UUID, actor: Actor, given: Given) -> RightsRequest:
    file = given["file"]
    return messaging.write_to_person(request_id=request_id, actor=actor, text=given["text"], file=file).request


def _note(request_id: UUID, actor: Actor, given: Given) -> RightsRequest:
    return messaging.note(request_id=request_id, actor=actor, text=given["text"]).request


def _read(request_id: UUID, actor: Actor, _given: Given) -> RightsRequest:
    return messaging.read_all(request_id=request_id, actor=actor)


def _uphold(request_id: UUID, actor: Actor, given: Given) -> RightsRequest:
    return appealing.uphold(request_id=request_id, actor=actor, text=given["text"])


def _overturn(request_id: UUID, actor: Actor, given: Given) -> RightsRequest:
    return appealing.overturn(request_id=request_id, actor=actor, text=given["text"])


def _note_withdrawal(request_id: UUID, actor: Actor, given: Given) -> RightsRequest:
    return withdrawing.note_withdrawal(request_id=request_id, actor=actor, text=given["text"])


def _note_appeal(request_id: UUID, actor: Actor, given: Given) -> RightsRequest:
    return appealing.note_appeal(request_id=request_id, actor=actor, text=given["text"])


def _can_withdraw(filed: RightsRequest, _user: Staff) -> bool:
    return withdrawing.can_withdraw(filed)


def _can_appeal(filed: RightsRequest, _user: Staff) -> bool:
    return appealing.can_appeal(filed)


def _can_write(filed: RightsRequest, _user: Staff) -> bool:
    return known(filed)


def _is_open(filed: RightsRequest, _user: Staff) -> bool:
    return filed.state not in CLOSED_STATES


def _has_unread(filed: RightsRequest, _user: Staff) -> bool:
    return gathering.has_unread(filed)


def _second(event: Event) -> Callable[[RightsRequest, Staff], bool]:
    """Open to somebody who did not refuse the request."""
    return lambda filed, user: filed.state == State.APPEALED and allows(filed, event) and filed.refused_by_id != user.pk


ANSWERING = (
    Act(
        "overturn",
        _("Take the refusal back"),
        _overturn,
        _("The refusal is taken back. The request is decided anew; the person is told."),
        _second(Event.OVERTURN),
        AppealForm,
        button=_("Take it back and tell the person"),
    ),
    Act(
        "uphold",
        _("Uphold the refusal"),
        _uphold,
        _("The refusal stands. The person is told why."),
        _second(Event.UPHOLD),
        AppealForm,
        button=_("Uphold it and tell the person"),
        kind="danger",
    ),
    Act(
        "write",
        _("Write to the person"),
        _write,
        _("Your message is on the page of the request; the person gets a mail that it is there."),
        _can_write,
        WriteForm,
        button=_("Send the message"),
        in_front=False,
        key="m",
    ),
    Act(
        "remark",
        _("Note something for colleagues"),
        _note,
        _("Your note is kept. The person does not see it on their page."),
        _is_open,
        NoteForm,
        button=_("Keep the note"),
        in_front=False,
        key="n",
    ),
    Act(
        "read",
        _("The messages are read"),
        _read,
        _("The messages of the person count as read."),
        _has_unread,
        kind="quiet",
        in_front=False,
    ),
)
# Whoever wrote or called can end it and appeal the same way; nobody has to come to the site for it.
HEARD = (
    Act(
        "appealed",
        _("The person appeals another way"),
        _note_appeal,
        _("The appeal is on record; the person is told. Somebody who did not refuse the request decides."),
        _can_appeal,
        HeardForm,
        button=_("Put the appeal on record"),
        in_front=False,
    ),
    Act(
        "withdrawn",
        _("The person withdraws it another way"),
        _note_withdrawal,
        _("The request is withdrawn. The person is told."),
        _can_withdraw,
        HeardForm,
        button=_("Withdraw it for the person"),
        kind="danger",
        in_front=False,
    ),
)
