"""The door by which what the public pages hold is corrected (Art. 16), and where the policy can be read."""

from typing import Any

from privacy.actors import Actor
from privacy.data_map.rectify import Door, register_door
from privacy.policy.register import register
from visitors import policy_pages, services
from visitors.models import ContactMessage


def _correct_message(actor: Actor, row: ContactMessage, field: str, value: Any) -> None:
    services.correct_name(actor=actor, message_id=row.pk, name=value)


register_door("visitors.ContactMessage", Door(_correct_message))
register.add_address(policy_pages.address)
