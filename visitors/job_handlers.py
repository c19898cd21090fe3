"""What the scheduler tidies for the public pages, how what they hold is corrected, what the policy learns from here."""

from collections.abc import Mapping
from typing import Any

from django.dispatch import receiver

from consent.signals import consent_withdrawn
from consent.vocabulary import PurposeCode
from privacy.actors import Actor
from privacy.data_map.rectify import Door, register_door
from privacy.jobs.registry import chore
from privacy.policy.register import register
from privacy.reading.known import tells_needs
from visitors import policy_pages, services, trackers
from visitors.audience import booking, closing, visits
from visitors.models import ContactMessage
from visitors.open_needs import with_open_messages


def _correct_message(actor: Actor, row: ContactMessage, field: str, value: Any) -> None:
    services.correct_name(actor=actor, message_id=row.pk, name=value)


register_door("visitors.ContactMessage", Door(_correct_message))
register.add_address(policy_pages.address)
trackers.declare(register)
tells_needs(with_open_messages)


@receiver(consent_withdrawn, dispatch_uid="visitors.forget_visits")
def forget_visits(purposes: frozenset[str], cookies: Mapping[str, str], **_rest: Any) -> None:
    """Delete the visits of a browser whose owner takes back their consent to statistics, at once (Art. 7(3) GDPR)."""
    visitor = visits.visitor_in(cookies)
    if PurposeCode.STATS in purposes and visitor is not None:
        visits.forget_visit(visitor.number)


@chore("count the audience", every_seconds=60, keeps=("P11.2",))
def count_audience() -> int:
    """Bring what was counted in Valkey into the tables; returns how many batches."""
    return booking.book()


@chore("close days of the audience", every_seconds=600, keeps=("P11.2",))
def close_days_of_audience() -> int:
    """Put together what is too small to be kept of days that are over; returns how many days."""
    return closing.close_days()


@chore("delete old audience figures", every_seconds=3600, keeps=("P3.1", "P11.2"))
def delete_old_audience() -> int:
    """Delete figures whose time is over; returns how many rows. Visits go with the sweep of retention."""
    return booking.delete_old()
