"""The register of recipients: who gets data from us, what of it, and how it is told of changes (promise P7.4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from privacy import audit
from privacy.actors import Actor
from rights_requests.errors import NotAllowed
from rights_requests.models import Recipient
from rights_requests.recipients import adapters
from rights_requests.recipients.notices import Party
from rights_requests.vocabulary import Adapter


@dataclass(frozen=True)
class Entry:
    """What the register says about one recipient; `slugs` name holdings, `settings` are what its adapter needs."""

    name: str
    what_for: str
    country: str
    adapter: Adapter
    address: str
    slugs: tuple[str, ...]
    settings: Mapping[str, Any]
    active: bool

    def faults(self) -> dict[str, Any]:
        """What stands in the way of telling it: for each setting a sentence that says what to write instead."""
        return adapters.faults(self.adapter, Party(self.name, self.address, self.settings))


class CannotBeTold(ValueError):
    """The entry's settings are not sound; Entry.faults says in words what is wrong."""


@transaction.atomic
def register(*, actor: Actor, recipient: Recipient, entry: Entry) -> Recipient:
    """Write the entry of a new or known recipient. What is under way is told by the new entry from then on.

    Raises NotAllowed unless a member of staff acts, and CannotBeTold. Writing the same again changes nothing more.
    """
    if actor.kind != "staff":
        raise NotAllowed
    if entry.faults():
        raise CannotBeTold
    new = recipient.pk is None
    for name in ("name", "what_for", "country", "adapter", "address", "active"):
        setattr(recipient, name, getattr(entry, name))
    recipient.slugs, recipient.settings = list(entry.slugs), dict(entry.settings)
    recipient.save()
    audit.record(
        event="recipient.added" if new else "recipient.changed",
        actor=actor,
        about=recipient,
        data={"adapter": entry.adapter.value, "active": entry.active},
    )
    return recipient
