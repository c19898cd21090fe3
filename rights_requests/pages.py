"""What the pages of a request show, gathered from the selectors and put into words; nothing that is for staff only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from privacy.data_map.plan import Plan, PlanItem, plan
from privacy.data_map.subject import subject_of_user
from privacy.vocabulary import Action, Right
from rights_requests import words
from rights_requests.authority import COMPLAINT_AUTHORITY, EVERY_AUTHORITY_URL
from rights_requests.models import CLOSED_STATES, Download, Package, Receipt, RefusalReason, RightsRequest, State
from rights_requests.selectors import NextStep, next_step, requests_of, timeline
from rights_requests.states import Event, allows

_STATUS_WORDS = {
    State.RECEIVED: (_("Received"), "now"),
    State.PREPARED: (_("Being checked"), "now"),
    State.APPROVED: (_("Approved"), "now"),
    State.RUNNING: (_("In progress"), "now"),
    # That a step failed is for staff; the person is told that a human being has it in hand.
    State.NEEDS_ATTENTION: (_("In progress"), "now"),
    State.COMPLETED: (_("Done"), "done"),
    State.REFUSED: (_("Refused"), "quiet"),
    State.WITHDRAWN: (_("Withdrawn"), "quiet"),
}
_TIMELINE_KINDS = {Event.REFUSE: "bad", Event.FAIL: "late"}


@dataclass(frozen=True)
class Status:
    """A state in one or two words, and the kind of pill that carries them."""

    label: Any
    kind: str


@dataclass(frozen=True)
class Line:
    """One line of "Your requests"."""

    request: RightsRequest
    status: Status
    next: NextStep


@dataclass(frozen=True)
class Entry:
    """One entry of the timeline as the component takes it."""

    at: datetime | None
    title: Any
    text: Any
    kind: str


@dataclass(frozen=True)
class ReceiptLine:
    """One line of a receipt in words: what it was, what became of it, why something stays."""

    title: str
    became: str
    why: str


@dataclass(frozen=True)
class PlanParts:
    """A plan of erasure, apart by what a person asks: what goes, what is blanked, what stays."""

    goes: tuple[PlanItem, ...]
    blanked: tuple[PlanItem, ...]
    stays: tuple[PlanItem, ...]
    hash: str


def status(request: RightsRequest) -> Status:
    """The state in words for the person; an open request past its due date says that it is late."""
    if request.state not in CLOSED_STATES and request.due_at < timezone.now():
        return Status(_("Late"), "late")
    if request.state == State.COMPLETED and open_package(request):
        return Status(_("Ready to download"), "done")
    label, kind = _STATUS_WORDS[State(request.state)]
    return Status(label, kind)


def lines(user_id: UUID) -> list[Line]:
    """The person's requests, newest first, with state and next step in words."""
    return [Line(request, status(request), next_step(request)) for request in requests_of(user_id)]


def open_requests(user_id: UUID) -> dict[str, RightsRequest]:
    """The person's open request of each right, where there is one (the database allows one at most)."""
    return {request.right: request for request in requests_of(user_id) if request.state not in CLOSED_STATES}


def erasure_plan(user_id: UUID) -> PlanParts:
    """What an erasure would do right now with everything we hold about this person; changes nothing."""
    return plan_parts(plan(subject_of_user(user_id), Right.ERASURE))


def plan_parts(whole: Plan) -> PlanParts:
    """A plan in the order in which a person reads it."""

    def having(action: Action) -> tuple[PlanItem, ...]:
        return tuple(item for item in whole.items if item.action == action and item.count)

    return PlanParts(having(Action.ERASE), having(Action.MASK), having(Action.KEEP), whole.hash)


def open_package(request: RightsRequest) -> Package | None:
    """The package that can still be downloaded; None before it is ready and after its time."""
    package: Package | None = getattr(request, "package", None)
    if package is None or package.destroyed_at or package.expires_at <= timezone.now():
        return None
    return package


def downloads_of(package: Package) -> Iterable[Download]:
    """Earlier downloads of a package, newest first."""
    return package.downloads.order_by("-downloaded_at")


def progress(request: RightsRequest) -> dict[str, Any]:
    """What changes while a request is worked on: state, what happens next, and what happened so far."""
    return {
        "filed": request,
        "status": status(request),
        "next": next_step(request),
        "timeline": _entries(request),
        "is_open": request.state not in CLOSED_STATES,
        "outcome": outcome(request),
        "package": open_package(request),
        "past_package": getattr(request, "package", None),
    }


def outcome(request: RightsRequest) -> Any:
    """How a closed request ended, in one sentence; empty while it is open."""
    if request.state == State.COMPLETED and request.right == Right.ACCESS:
        return _("Your copy is ready") if open_package(request) else _("Your copy was made and is destroyed now")
    sentences = {
        State.COMPLETED: _("Your data is deleted"),
        State.REFUSED: _("We refused your request"),
        State.WITHDRAWN: _("Your request is withdrawn"),
    }
    return sentences.get(State(request.state), "")


def receipt_lines(receipt: Receipt) -> list[ReceiptLine]:
    """The receipt as a person reads it: what is gone first, then what stays and why."""
    lines = sorted(receipt.content["categories"], key=lambda line: bool(line["kept"] or line["masked"]))
    return [ReceiptLine(line["title"], _became(line), line["why"]) for line in lines]


def _became(line: Mapping[str, Any]) -> str:
    said = (
        (line["erased"], gettext("%(records)s deleted")),
        (line["masked"], gettext("%(records)s kept, without your name and your words")),
        (line["kept"], gettext("%(records)s kept")),
    )
    return ", ".join(text % {"records": words.entries(count)} for count, text in said if count)


def whole(request: RightsRequest) -> dict[str, Any]:
    """Everything that the page of a request shows to the person it is about."""
    receipt: Receipt | None = getattr(request, "receipt", None)
    return {
        **progress(request),
        "plan": plan_parts(Plan.from_json(request.plan)) if _shows_plan(request) else None,
        "receipt": receipt,
        "receipt_lines": receipt_lines(receipt) if receipt else [],
        "refusal": RefusalReason(request.refusal_reason) if request.refusal_reason else None,
        "can_withdraw": allows(request, Event.WITHDRAW),
        **complaint(),
    }


def _shows_plan(request: RightsRequest) -> bool:
    # A request for a copy carries a plan too, but it only lists what will be copied: the package says that better.
    return request.right == Right.ERASURE and bool(request.plan)


def complaint() -> dict[str, Any]:
    """To whom a person may complain about us."""
    return {"authority": COMPLAINT_AUTHORITY, "authorities_url": EVERY_AUTHORITY_URL}


def offers(user_id: UUID | None) -> list[dict[str, Any]]:
    """Each right with the words of the start page, and the open request of it if the person has one."""
    already = open_requests(user_id) if user_id else {}
    days = settings.PACKAGE_LIFETIME_DAYS
    texts = {
        Right.ACCESS: (
            _("A complete copy of what we hold about you, and why we hold it: readable pages and files for machines."),
            _("Often the same day, at the latest in one month. You then have %(days)d days to download it.")
            % {"days": days},
            _("Get a copy of my data"),
        ),
        Right.ERASURE: (
            _("We delete what we hold about you. You see beforehand what will go, what must stay and why."),
            _("Two of our people check it first, at the latest in one month. Your account and sign-in will end."),
            _("See what would be deleted"),
        ),
    }
    return [
        {"right": right, "text": text, "time": time, "button": button, "already": already.get(right)}
        for right, (text, time, button) in texts.items()
    ]


def access_answers(message: str) -> list[dict[str, Any]]:
    """The rows of "check your answers" for a copy of one's data."""
    change_message = reverse("rights_requests:new_right", kwargs={"right": Right.ACCESS})
    return [
        _asked(Right.ACCESS),
        {"key": _("What you want to tell us"), "value": message, "url": change_message},
    ]


def erasure_answers(parts: PlanParts) -> list[dict[str, Any]]:
    """The rows of "check your answers" for an erasure: what goes, what stays, and that the account ends."""
    see_plan = {
        "url": reverse("rights_requests:new_right", kwargs={"right": Right.ERASURE}),
        "action": _("Read again"),
    }
    stays = [_titles([*parts.blanked, *parts.stays]), gettext("The record of this request, without your name")]
    return [
        _asked(Right.ERASURE),
        {"key": _("What goes"), "value": _titles(parts.goes), "hidden": _("what goes"), **see_plan},
        {
            "key": _("What stays"),
            "value": "\n".join(filter(None, stays)),
            "hidden": _("what stays and why"),
            **see_plan,
        },
        {"key": _("Your account"), "value": _("It ends. You can no longer sign in, on any device.")},
    ]


def _asked(right: Right) -> dict[str, Any]:
    return {
        "key": _("What you ask"),
        "value": right.label,
        "url": reverse("rights_requests:new"),
        "hidden": _("what you ask"),
    }


def _titles(items: Iterable[PlanItem]) -> str:
    return "\n".join(f"{item.title} ({words.entries(item.count)})" for item in items)


def _entries(request: RightsRequest) -> list[Entry]:
    found = [
        Entry(entry.at, entry.title, entry.text, _TIMELINE_KINDS.get(entry.kind, "done"))  # type: ignore[call-overload]
        for entry in timeline(request)
    ]
    if found and request.state not in CLOSED_STATES:
        last = found[-1]
        found[-1] = Entry(last.at, last.title, last.text, "now")
    return found
