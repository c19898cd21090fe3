"""What the pages of a request show, gathered from the selectors and put into words; nothing that is for staff only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from privacy.data_map.plan import Plan, PlanItem
from privacy.enumerating import in_a_row
from privacy.vocabulary import Action, Right
from rights_requests import corrections, part_pages, rules, term_pages, words
from rights_requests.authority import complaint
from rights_requests.models import (
    CLOSED_STATES,
    Download,
    Message,
    Package,
    Receipt,
    RefusalReason,
    RightsRequest,
    State,
)
from rights_requests.people import Party
from rights_requests.selectors import NextStep, next_step, notices, requests_of, takes_proofs, timeline
from rights_requests.services import appealing, messaging, planning, stopping, withdrawing
from rights_requests.states import Event
from rights_requests.vocabulary import Answer, EvidenceKind, MessageKind

_STATUS_WORDS = {
    State.RECEIVED: (_("Received"), "now"),
    State.WAITING: (_("Waiting for you"), "urgent"),
    State.APPEALED: (_("Being checked again"), "now"),
    State.PART_APPEALED: (_("Being checked again"), "now"),
    State.PREPARED: (_("Being checked"), "now"),
    State.APPROVED: (_("Approved"), "now"),
    State.RUNNING: (_("In progress"), "now"),
    # That a step failed is for staff; the person is told that a human being has it in hand.
    State.NEEDS_ATTENTION: (_("In progress"), "now"),
    State.COMPLETED: (_("Done"), "done"),
    State.REFUSED: (_("Refused"), "quiet"),
    State.WITHDRAWN: (_("Withdrawn"), "quiet"),
    State.HANDED_OVER: (_("Handed over"), "quiet"),
}
_ENDED = {
    State.REFUSED: _("We refused your request"),
    State.WITHDRAWN: _("Your request is withdrawn"),
    State.HANDED_OVER: _("Your request is with whoever decides about this data"),
}
_DONE = {
    Right.RECTIFICATION: _("Your corrections are decided"),
    Right.ERASURE: _("Your data is deleted"),
    Right.RESTRICTION: _("The use of your data is restricted"),
    Right.PORTABILITY: _("Your data was made ready to take with you"),
    Right.OBJECTION: _("Your objection is carried out"),
}
_CHECKED = _("One of our people checks your request. You do not have to do anything.")
_NEXT_STEPS = {
    Right.ACCESS: (
        _CHECKED,
        _("We put your copy together and send you an e-mail when it is ready."),
        _("You come back here, show that it is you, and download it."),
    ),
    Right.RECTIFICATION: (
        _("One of our people looks at each correction. You can add a proof on the page of your request."),
        _("What is right is changed, and we tell those who have the data from us."),
        _("Where we do not change something, you read why, and your own words stay beside it."),
    ),
    Right.ERASURE: (
        _(
            "Two of our people check your request, one after the other. Until both agree nothing is deleted, and you"
            " can withdraw it."
        ),
        _("We delete what you saw on the list. If you have an account, it ends with it."),
        _("We send you one last e-mail, with a link to a signed receipt of what was deleted and what stays."),
    ),
    Right.RESTRICTION: (
        _CHECKED,
        _("From then on we only store your data. We tell those who have it from us."),
        _("We write to you before that ends."),
    ),
    Right.PORTABILITY: (
        _CHECKED,
        _("We make the files of what you gave us."),
        _("You download them here, or they go where you said, and we tell you when they have arrived."),
    ),
    Right.OBJECTION: (
        _("If you said no to advertising, it has ended already."),
        _("Anything else one of our people weighs. Until then we do not use your data for it."),
        _("We write to you what we decided, and why."),
    ),
}
_TIMELINE_KINDS = {Event.REFUSE: "bad", Event.FAIL: "late"}
_OFFERS = {
    Right.ACCESS: (
        _("A complete copy of what we hold about you, and why we hold it: readable pages and files for machines."),
        _("Often the same day, at the latest in one month. You then have %(days)d days to download it."),
        _("Get a copy of my data"),
    ),
    Right.RECTIFICATION: (
        _("You say what is wrong or missing and what is right. You see old and new side by side."),
        _("Often within days, at the latest in one month. We tell those who have the data from us."),
        _("Correct my data"),
    ),
    Right.ERASURE: (
        _("We delete what we hold about you. You see beforehand what will go, what must stay and why."),
        _("Two of our people check it first, at the latest in one month. Your account and sign-in will end."),
        _("See what would be deleted"),
    ),
    Right.RESTRICTION: (
        _("We go on storing your data and do nothing else with it, for example while we check whether it is right."),
        _("Often within days, at the latest in one month. We tell you before it ends."),
        _("Restrict the use of my data"),
    ),
    Right.PORTABILITY: (
        _("What you gave us, in files that other services can read: for yourself, or sent where you say."),
        _("Often the same day, at the latest in one month. You then have %(days)d days to download it."),
        _("Take my data elsewhere"),
    ),
    Right.OBJECTION: (
        _("We stop using your data for what you name. Advertising ends at once and for good."),
        _("Advertising: at once. Anything else we weigh, at the latest in one month."),
        _("Object to the use of my data"),
    ),
}


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
    has_news: bool


@dataclass(frozen=True)
class Entry:
    """One entry of the timeline as the component takes it."""

    at: datetime | None
    title: Any
    text: Any
    kind: str


@dataclass(frozen=True)
class ReceiptLine:
    """One line of a receipt in words: what it was, what became of it, why something stays and until when."""

    title: str
    became: str
    why: str
    until: str


@dataclass(frozen=True)
class PlanParts:
    """A plan of erasure, apart by what a person asks: what goes, what is blanked, what stays."""

    goes: tuple[PlanItem, ...]
    blanked: tuple[PlanItem, ...]
    stays: tuple[PlanItem, ...]
    hash: str


def status(request: RightsRequest) -> Status:
    """The state in words for the person; an open request past its due date says that it is late."""
    if request.state not in CLOSED_STATES and request.due_at < timezone.now() and not request.paused_at:
        return Status(_("Late"), "late")
    if request.state == State.COMPLETED and open_package(request):
        return Status(_("Ready to download"), "done")
    if request.state == State.WAITING and rules.stands_in(request):
        return Status(_("Waiting for an answer"), "urgent")
    label, kind = _STATUS_WORDS[State(request.state)]
    return Status(label, kind)


def lines(who: Party) -> list[Line]:
    """The person's requests, newest first, with state and next step in words."""
    found = list(requests_of(who))
    news = messaging.with_news(found)
    return [Line(request, status(request), next_step(request), request.pk in news) for request in found]


def open_requests(who: Party) -> dict[str, RightsRequest]:
    """The open request of each right that this person made for themselves (the database allows one at most)."""
    found = requests_of(who).filter(subject_digest__in=who.subject.digests(), requester_digest="")
    return {request.right: request for request in found if request.state not in CLOSED_STATES}


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
    if request.state == State.COMPLETED:
        return _DONE[Right(request.right)]
    return _ENDED.get(State(request.state), "")


def receipt_lines(receipt: Receipt) -> list[ReceiptLine]:
    """The receipt as a person reads it: what is gone first, then what stays. Older ones do not say until when."""
    lines = sorted(receipt.content["categories"], key=lambda line: bool(line["kept"] or line["masked"]))
    return [ReceiptLine(line["title"], _became(line), line["why"], line.get("until", "")) for line in lines]


def in_words_of_others(receipt: Receipt) -> int:
    """In how many texts of other people the searches found the person named: what stays because it is theirs."""
    searches = (receipt.content.get("residue", {}), *receipt.content.get("searched_again", ()))
    return sum(search.get("in_words_of_others", 0) for search in searches)


def _became(line: Mapping[str, Any]) -> str:
    said = (
        (line["erased"], gettext("%(records)s deleted")),
        (line["masked"], gettext("%(records)s kept, without your name and your words")),
        (line["kept"], gettext("%(records)s kept")),
    )
    return in_a_row(text % {"records": words.entries(count)} for count, text in said if count)


@dataclass(frozen=True)
class Told:
    """One recipient that was told about a request (Art. 19): who, of what, how far it is, since when, and why not."""

    name: str
    what: Any
    how_far: Any
    at: datetime | None
    why: str


def told(request: RightsRequest) -> list[Told]:
    """Everyone whom we told, or must still tell, because of this request; the person may ask, so it is always shown."""
    return [
        Told(
            notice.recipient.name,
            notice.get_kind_display(),
            notice.get_state_display(),
            notice.ended_at or notice.told_at,
            notice.reason,
        )
        for notice in notices(request.pk)
    ]


def corrected(request: RightsRequest) -> dict[str, Any]:
    """The corrections that the person asked for, what became of each, their words beside what stays, their files."""
    lines = corrections.lines(request)
    declined = any(line.proposal.decision == Answer.DECLINED for line in lines)
    return {
        "corrections": lines,
        "statement": corrections.statement_of(request),
        "declined": declined,
        "proofs": request.evidence.filter(kind=EvidenceKind.PROOF),
        "takes_proofs": takes_proofs(request),
    }


def whole(request: RightsRequest, who: Party | None = None) -> dict[str, Any]:
    """Everything that the page of a request shows; what we hold about a person is shown to that person alone."""
    receipt: Receipt | None = getattr(request, "receipt", None)
    parts, values = part_pages.lines(request), part_pages.values_left_out(request)
    return {
        **progress(request),
        "words": words_of(request, who) if who is not None else "",
        "plan": plan_parts(planning.stored(request)) if _shows_plan(request, who) else None,
        "told": told(request),
        "parts_left_out": parts,
        "values_left_out": values,
        "a_part_stays": any(part.stays for part in parts) or bool(values),
        "appeal_days": settings.APPEAL_DAYS,
        **corrected(request),
        "receipt": receipt,
        "receipt_lines": receipt_lines(receipt) if receipt else [],
        "in_words_of_others": in_words_of_others(receipt) if receipt else 0,
        "refusal": RefusalReason(request.refusal_reason) if request.refusal_reason else None,
        "can_withdraw": withdrawing.can_withdraw(request),
        "can_end": stopping.is_carried_out(request),
        "ends_at": stopping.ends_at(stopping.in_force(request)),
        **({**_said(request, who), **term_pages.decided(request, who)} if who is not None else {}),
        **term_pages.clock(request),
        **complaint(request.country),
    }


def words_of(request: RightsRequest, who: Party) -> str:
    """What was told us with the request, for whoever told it alone, as `thread` does it; "" for the other."""
    return request.message if request.message and rules.is_asker(request, who.actor) else ""


def thread(request: RightsRequest, who: Party) -> QuerySet[Message]:
    """What was written to and fro, for the people of the request alone; never what staff noted among themselves.

    Where one asks for another, neither reads what the other wrote to us.
    """
    written = request.messages.exclude(kind=MessageKind.NOTE)
    if rules.stands_in(request):
        written = written.exclude(~Q(author=str(who.actor)), kind=MessageKind.FROM_PERSON)
    return written


def _said(request: RightsRequest, who: Party) -> dict[str, Any]:
    written = list(thread(request, who).prefetch_related("attachments"))
    return {
        "thread": written,
        "unseen": any(message.kind == MessageKind.TO_PERSON and not message.read_at for message in written),
        "can_write": messaging.may_write(request),
        "can_appeal": appealing.can_appeal(request),
    }


def _shows_plan(request: RightsRequest, who: Party | None) -> bool:
    if who is None or request.subject_digest not in who.subject.digests():
        return False
    # A request for a copy carries a plan too, but it only lists what will be copied: the package says that better.
    return request.right == Right.ERASURE and bool(request.plan)


def offers(who: Party | None, rights: Iterable[Right]) -> list[dict[str, Any]]:
    """Each of these rights with the words of the start page, and the open request of it if the person has one."""
    already = open_requests(who) if who else {}
    return [
        {"right": right, "text": text, "time": time % {"days": settings.PACKAGE_LIFETIME_DAYS}, "button": button}
        | {"already": already.get(right)}
        for right, (text, time, button) in _OFFERS.items()
        if right in rights
    ]


def next_steps(request: RightsRequest) -> tuple[Any, ...]:
    """What happens with a request that was just sent, sentence by sentence."""
    return _NEXT_STEPS[Right(request.right)]


def titles(items: Iterable[PlanItem]) -> str:
    """What stands in a plan, a line each, with how many records."""
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
