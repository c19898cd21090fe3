"""Tells the officer, once for each, of agreements that end and of notes about impact that must be looked at again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from email.utils import parseaddr
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from privacy.mail.address import contact_address
from privacy.mail.language import in_our_language
from privacy.mail.queue import Outcome, queue
from privacy.registers import assessments, parties
from privacy.registers.parties import Standing
from privacy.vocabulary import PROCESSINGS, Purpose

TOLD = frozenset({Standing.ENDS_SOON, Standing.ENDED})


@dataclass(frozen=True)
class Call:
    """One thing to see to: `key` makes its message the only one, `template` and `context` say it."""

    key: str
    template: str
    context: dict[str, Any]

    @property
    def about(self) -> UUID:
        """What the message is about, for the queue that sends each only once."""
        return uuid5(NAMESPACE_URL, f"register:{self.key}")


def tell_due() -> int:
    """Queue a message for whatever is due and was not told before; returns how many. Safe to run at any time."""
    return sum(_told(call) for call in _due(timezone.localdate()))


def officer_address() -> str:
    """Where alarms of the registers go: to the data protection officer, or to those who answer people."""
    return parseaddr(settings.DATA_PROTECTION_OFFICER)[1] or contact_address()


def _due(today: date) -> Iterator[Call]:
    for party in parties.every():
        ends_on = party.agreement.ends_on
        if party.active and ends_on and party.agreement.standing(today) in TOLD:
            context = {"name": party.name, "day": ends_on, "page": settings.SITE_URL + party.page}
            # A later end is another message.
            yield Call(f"{party.key}:{ends_on.isoformat()}", "privacy/agreement_ends", context)
    for note in assessments.overdue(today):
        page = settings.SITE_URL + reverse("admin:registers_assessment", args=[note.processing])
        context = {"name": dict(PROCESSINGS)[note.processing], "day": note.next_review_on, "page": page}
        yield Call(f"assessment:{note.pk}", "privacy/review_due", context)


def _told(call: Call) -> bool:
    with transaction.atomic():
        return _queued(call) is Outcome.ACCEPTED


@in_our_language
def _queued(call: Call) -> Outcome:
    said = {
        "name": str(call.context["name"]),
        "day": date_format(call.context["day"], "DATE_FORMAT"),
        "page": call.context["page"],
    }
    return queue(
        to=officer_address(), template=call.template, context=said, about=call.about, purpose=Purpose.LEGAL_DUTIES
    )
