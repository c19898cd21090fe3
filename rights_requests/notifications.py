"""The messages of a request: what happened, why, what happens next and when, and whom to ask."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from privacy import clock
from privacy.data_map.plan import planned_title
from privacy.mail.address import contact_address
from privacy.mail.language import in_our_language, in_their_language
from privacy.mail.queue import Letter, queue, render
from privacy.package.manifest import values_by_reason
from privacy.vocabulary import Purpose, Right
from rights_requests import letters_to_customer, rules, words
from rights_requests.letter import context_of, for_child, send, template_name
from rights_requests.models import Decision, Download, Message, Package, RefusalReason, RightsRequest, Transfer
from rights_requests.recipients.notices import Detail
from rights_requests.vocabulary import AFTER_HOLD, STAND_IN, UNUSED_ACCOUNT, Channel, DecisionKind, TransferState


class Theirs(Protocol):
    """A Customer that answers itself, as a letter names it."""

    @property
    def name(self) -> str:
        """The Customer."""

    @property
    def contact(self) -> str:
        """Where it takes requests."""


# Why a server that the person named did not get the package, in words that they can pass on to whoever runs it.
DETAILS_OF_ANY_TRANSFER = _("It did not answer.")
TRANSFER_FAILED = {
    Detail.ADDRESS_REFUSED: _("It is not on the public internet, so we do not call it."),
    Detail.CERTIFICATE: _("It could not prove that it is the server of this name."),
    Detail.TOLD_TO_WAIT: _("It said that it was too busy or out of order."),
    Detail.TURNED_AWAY: _("It did not accept the file."),
}

# What happens next, by right, as the first message says it.
_NEXT = {
    Right.ACCESS: _(
        "one of our people checks your request. Then we put together a copy of everything we hold about you and write"
        " to you when you can download it."
    ),
    Right.RECTIFICATION: _(
        "one of our people looks at each of your corrections. What is right is changed, and we tell those who have the"
        " data from us. Where we do not change something, you read why, and your own words stay beside it."
    ),
    Right.ERASURE: _(
        "two of our people check what will be deleted and what the law makes us keep. Nothing is deleted before both"
        " agree."
    ),
    Right.RESTRICTION: _(
        "one of our people checks your request. Then we only store your data, and use it for nothing else without your"
        " consent. We tell you before that ends."
    ),
    Right.PORTABILITY: _(
        "one of our people checks your request. Then we make the files of what you gave us, and write to you when they"
        " are ready or have arrived where you said."
    ),
    Right.OBJECTION: _(
        "if you said no to advertising, it ends at once and for good. Anything else one of our people weighs; until"
        " then we do not use your data for what you objected to."
    ),
}
_DONE = {
    Right.RECTIFICATION: _("Your corrections are decided. On the page of your request you see what was changed."),
    Right.RESTRICTION: _("From now on we only store your data. We tell you before that ends."),
    Right.PORTABILITY: _("Your data arrived where you said."),
    Right.OBJECTION: _("We have ended the use of your data that you objected to."),
}
_STAYS = {
    Right.ACCESS: _("We have stopped working on it, and you get no copy."),
    Right.ERASURE: _("Nothing is deleted: your data stays as it is."),
}
_STAYS_AS_IT_IS = _("We have stopped working on it, and everything stays as it is.")


@in_their_language
def received(request: RightsRequest, *, to: str) -> None:
    """Your request is here: reference, what happens next, until when."""
    name = "received_for_someone" if request.requester_role in STAND_IN else "received"
    confirm = request.channel != Channel.PORTAL and not rules.is_identified(request)
    send(request, name, to, {"next": _NEXT[Right(request.right)], "confirm": confirm})


@in_their_language
def stopped(request: RightsRequest, *, to: str) -> None:
    """The person for whom it was asked said no: nothing happens, and what to do if that is a mistake."""
    send(request, "stopped", to, {})


@in_their_language
def handed_over(
    request: RightsRequest, theirs: Iterable[Theirs], *, to: str, rest_ends: datetime | None = None
) -> None:
    """Others answer: who, where, and with which reference; each of them is told too.

    `rest_ends` is when the uses begin again that rested while an objection was weighed.
    """
    _route(request, "handed_over", theirs, to, rest_ends)


@in_their_language
def part_is_theirs(request: RightsRequest, theirs: Iterable[Theirs], *, to: str) -> None:
    """Others answer for a part, and we for the rest; each of them is told too."""
    _route(request, "part_is_theirs", theirs, to)


def _route(
    request: RightsRequest, name: str, theirs: Iterable[Theirs], to: str, rest_ends: datetime | None = None
) -> None:
    found = list(theirs)
    send(request, name, to, {"theirs": found}, rest_ends=rest_ends)
    for their in found:
        letters_to_customer.told(request, contact=their.contact, about=request.pk)


@in_their_language
def document_asked(request: RightsRequest, check_id: UUID, *, to: str) -> None:
    """We are not sure who asks: why, what would show it, and that it is destroyed; once a doubt."""
    send(request, "document_asked", to, {"days": settings.EVIDENCE_DAYS}, about=check_id)


@in_their_language
def fulfilled(request: RightsRequest, *, to: str) -> None:
    """What was asked is done, for the rights that leave neither a package nor a receipt."""
    send(request, "fulfilled", to, {"done": _DONE[Right(request.right)]})


@in_their_language
def restriction_ends(request: RightsRequest, *, to: str, text: str, ends_at: datetime | None) -> None:
    """A restriction will end: when and why, told before it does (Art. 18(3))."""
    context = {"explanation": text, "ends": words.in_words(ends_at) if ends_at else ""}
    send(request, "restriction_ends", to, context)


@in_our_language
def transfer_link(request: RightsRequest, transfer: Transfer, *, token: str, until: datetime) -> None:
    """To the recipient that the person named: the link to one download; nothing about the person."""
    link = settings.SITE_URL + reverse("rights_requests:transfer", kwargs={"token": token})
    context = {
        "link": link,
        "until": words.in_words(until),
        "reference": request.reference,
        "contact": contact_address(),
    }
    to, name = transfer.target, template_name("transfer_link")
    queue(to=to, template=name, context=context, about=transfer.pk, purpose=Purpose.LEGAL_DUTIES)


@in_their_language
def transfer_taken(request: RightsRequest, transfer: Transfer, *, to: str) -> None:
    """The copy was taken with the mailed link, and when."""
    when = words.moment(transfer.delivered_at) if transfer.delivered_at else ""
    send(request, "transfer_taken", to, {"target": transfer.target, "when": when})


@in_their_language
def extended(request: RightsRequest, decision: Decision, *, before: datetime, to: str) -> None:
    """We need more time: the reason, the words written for the person, both dates, complaint (Art. 12(3))."""
    context = {
        "reason": decision.get_reason_display(),
        "explanation": decision.text,
        "before": words.day(before),
    }
    send(request, "extended", to, context, about=decision.pk)


@in_their_language
def question_waits(request: RightsRequest, decision: Decision, *, stops: bool, to: str) -> None:
    """A question waits on the page of the request, what for, and whether the clock stands still meanwhile.

    What it asks stands on the page alone, save in a letter to somebody who is reached by post only.
    """
    context = {"why": decision.get_reason_display(), "stops": stops, "question": "" if to else decision.text}
    send(request, "question_waits", to, context, about=decision.pk)


@in_their_language
def question_reminder(request: RightsRequest, decision: Decision, *, about: UUID, to: str) -> None:
    """Our question still waits for an answer: what it is for, where it stands, and until when we answer."""
    fee, stops = decision.kind == DecisionKind.FEE, request.paused_at is not None
    context = {"why": decision.get_reason_display(), "fee": fee, "stops": stops}
    send(request, "question_reminder", to, context, about=about)


@in_their_language
def fee_proposed(request: RightsRequest, decision: Decision, *, to: str) -> None:
    """We would charge a fee: how much and why, before anything is charged, and how to say yes or no (Art. 12(5))."""
    context = {
        "amount": words.euros(decision.amount_cents or 0),
        "reason": decision.get_reason_display(),
        "explanation": decision.text,
    }
    send(request, "fee_proposed", to, context, about=decision.pk)


@in_their_language
def message_waits(request: RightsRequest, message: Message, *, to: str) -> None:
    """There is a message on the page of the request; what it says stands there alone, and in no letter but by post."""
    send(request, "message_waits", to, {"text": "" if to else message.text}, about=message.pk)


@in_their_language
def appealed(request: RightsRequest, *, to: str) -> None:
    """A second person looks at the refusal, and until when; once per appeal."""
    _tell(request, "appealed", to, about=uuid5(request.pk, f"appeal {request.appealed_at}"))


@in_their_language
def refusal_upheld(request: RightsRequest, *, text: str, to: str) -> None:
    """The second person came to the same answer; authority and court; once per appeal. Why, only by post."""
    about = uuid5(request.pk, f"upheld {request.appealed_at}")
    send(request, "refusal_upheld", to, {"explanation": "" if to else text}, about=about)


@in_their_language
def refusal_overturned(request: RightsRequest, *, to: str) -> None:
    """The second person took the refusal back: we work on the request after all."""
    _tell(request, "refusal_overturned", to, about=uuid5(request.pk, f"overturned {request.due_at}"))


@in_their_language
def merged(request: RightsRequest, *, to: str, first: str, rest_ends: datetime | None = None) -> None:
    """The request goes on under the reference of an earlier one; `rest_ends` as in `handed_over`."""
    send(request, "merged", to, {"first": first}, rest_ends=rest_ends)


@in_their_language
def lapsed(request: RightsRequest, *, to: str) -> None:
    """To whoever asked for somebody whose data is gone by now: it has ended, and no more than that."""
    send(request, "lapsed", to, {})


def proof(name: str, proof_id: UUID, *, to: str, code: str) -> None:
    """A code that proves an address, or why none is sent: a duty (Art. 12(2)), so no stop silences it."""
    context = {
        "code": code,
        "minutes": settings.EMAIL_CODE_MINUTES,
        "sign_in": settings.SITE_URL + reverse(settings.LOGIN_URL),
        "reset": settings.SITE_URL + reverse("account_reset_password"),
        "contact": contact_address(),
        "site_url": settings.SITE_URL,
    }
    template = template_name(name)
    queue(to=to, template=template, context=context, about=proof_id, purpose=Purpose.LEGAL_DUTIES)


@in_their_language
def erasure_scheduled(request: RightsRequest, *, to: str, not_before: datetime | None = None) -> None:
    """The first of two people agreed to the erasure: what happens when, and how to stop it until then."""
    waits = words.moment(not_before) if not_before and not_before > clock.now() else ""
    send(request, "erasure_scheduled", to, {"not_before": waits})


@in_their_language
def part_stays(request: RightsRequest, part: Decision, *, to: str) -> None:
    """A part stays when the rest is deleted: which, why, complaint and court (Art. 12(4), 17(3)); once a part."""
    more = {"explanation": part.text, "appeal_days": settings.APPEAL_DAYS}
    send(request, "part_stays", to, {**_part(request, part), **more}, about=part.pk)


@in_their_language
def part_appealed(request: RightsRequest, part: Decision, *, to: str) -> None:
    """Somebody else looks at the part that stays, and until when."""
    send(request, "part_appealed", to, _part(request, part), about=part.pk)


@in_their_language
def part_upheld(request: RightsRequest, part: Decision, *, text: str, to: str) -> None:
    """A second person says that the part stays: why, in full, for no page may be left; authority and court."""
    send(request, "part_upheld", to, {**_part(request, part), "explanation": text}, about=part.pk)


@in_their_language
def part_granted(request: RightsRequest, part: Decision, *, text: str, to: str) -> None:
    """A second person says that the part goes with the rest."""
    send(request, "part_granted", to, {**_part(request, part), "explanation": text}, about=part.pk)


@in_their_language
def part_erased(request: RightsRequest, part: Decision) -> Letter:
    """The part is deleted too, and the receipt is renewed; as the last message of an erasure, not queued."""
    more = {**_part(request, part), "last": request.subject_sealed is None, "held": part.hold_id is not None}
    return render(template_name("part_erased"), context_of(request, more))


def _part(request: RightsRequest, part: Decision) -> Mapping[str, Any]:
    return {"title": planned_title(request.plan, part.holding), "reason": part.get_reason_display()}


@in_their_language
def package_ready(request: RightsRequest, package: Package, *, to: str) -> None:
    """The package can be downloaded, and until when."""
    parts = request.decisions.filter(kind=DecisionKind.PARTIAL).exists()
    context = {"size": words.size(package.size), "until": words.in_words(package.expires_at), "partly": parts}
    send(request, "package_ready", to, {**context, "left_out": sum(values_by_reason(package.manifest).values())})


@in_their_language
def downloaded(request: RightsRequest, download: Download, *, to: str) -> None:
    """The package was downloaded, when, and what to do if it was someone else; once per download."""
    more = {"when": words.moment(download.downloaded_at), "account": download.user_id is not None}
    context = context_of(request, more)
    about = uuid5(download.package_id, str(download.pk))
    queue(to=to, template=template_name("downloaded"), context=context, about=about, purpose=Purpose.SECURITY)


@in_their_language
def transferred(request: RightsRequest, transfer: Transfer, *, confirmed: bool, to: str) -> None:
    """The package is at the server that the person named: where, and what that server said about it."""
    taken = transfer.state == TransferState.DELIVERED
    context = {"server": urlsplit(transfer.target).netloc, "taken": taken, "confirmed": confirmed}
    send(request, "transferred", to, context)


@in_their_language
def transfer_failed(request: RightsRequest, transfer: Transfer, *, to: str) -> None:
    """The server that the person named did not take the package: why, and how to take it there oneself."""
    why = TRANSFER_FAILED.get(Detail(transfer.proof["detail"]), DETAILS_OF_ANY_TRANSFER)
    send(request, "transfer_failed", to, {"server": urlsplit(transfer.target).netloc, "why": why})


@in_their_language
def refused(request: RightsRequest, *, to: str) -> None:
    """We do not do what was asked: the reason, the text written for the person, complaint and court (Art. 12(4))."""
    reason = RefusalReason(request.refusal_reason).label
    context = {"reason": reason, "explanation": request.refusal_text, "appeal_days": settings.APPEAL_DAYS}
    # Refused once more after an appeal, it is told once more.
    again = uuid5(request.pk, f"refused {request.due_at}") if request.appeal_decided_by_id else None
    send(request, "refused", to, context, about=again)


@in_their_language
def withdrawn(request: RightsRequest, *, to: str) -> None:
    """The request was withdrawn, nothing more happens, and a new one can be made at any time."""
    send(request, "withdrawn", to, {"stays": _STAYS.get(Right(request.right), _STAYS_AS_IT_IS)})


@in_their_language
def erasure_done(request: RightsRequest) -> Letter:
    """The last message of an erasure; not queued, since a queue would store the address that was just erased."""
    ours = {"unused": request.requester_digest == UNUSED_ACCOUNT, "held": request.requester_digest == AFTER_HOLD}
    more = {"stays": request.subject_sealed is not None, "appeal_days": settings.APPEAL_DAYS, **ours}
    return render(template_name(for_child(request, "erasure_done")), context_of(request, more))


def _tell(request: RightsRequest, name: str, to: str, *, about: UUID) -> None:
    """A letter that may come more than once on one request: `about` tells each time from the others."""
    send(request, name, to, {"appeal_days": settings.APPEAL_DAYS}, about=about)
