"""The door by which what the public pages hold is corrected (Art. 16)."""

from typing import Any

from privacy.actors import Actor
from privacy.data_map.rectify import Door, register_door
from visitors import services
from visitors.models import ContactMessage


def _correct_message(actor: Actor, row: ContactMessage, field: str, value: Any) -> None:
    services.correct_name(actor=actor, message_id=row.pk, name=value)


register_door("visitors.ContactMessage", Door(_correct_message))
