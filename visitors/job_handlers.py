"""What the scheduler tidies for the public pages, how what they hold is corrected, what the policy learns from here."""

from typing import Any

from privacy.actors import Actor
from privacy.data_map.rectify import Door, register_door
from privacy.jobs.registry import chore
from privacy.policy.register import register
from visitors import drafts, policy_pages, services, trackers
from visitors.models import ContactMessage


def _correct_message(actor: Actor, row: ContactMessage, field: str, value: Any) -> None:
    services.correct_name(actor=actor, message_id=row.pk, name=value)


register_door("visitors.ContactMessage", Door(_correct_message))
register.add_address(policy_pages.address)
trackers.declare(register)


@chore("delete old drafts", every_seconds=3600)
def delete_old_drafts() -> int:
    """Delete the drafts of messages whose time is over; returns how many."""
    return drafts.delete_old()
