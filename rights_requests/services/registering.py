"""The register of recipients: who gets data from us, what of it, and how it is told of changes (promise P7.4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from django.db import transaction

from privacy import audit
from privacy.actors import Actor
from privacy.vocabulary import PartyRole
from rights_requests.errors import NotAllowed
from rights_requests.models import Recipient
from rights_requests.recipients import adapters
from rights_requests.recipients.notices import Party
from rights_requests.vocabulary import Adapter


@dataclass(frozen=True)
class Terms:
    """On which terms a recipient gets data (Art. 26, 28 and 44 GDPR); the fields are those of the row."""

    role: PartyRole = PartyRole.PROCESSOR
    safeguard: str = ""
    sub_processor_of: Recipient | None = None
    contact: str = ""
    security_note: str = ""
    agreement_signed_on: date | None = None
    agreement_ends_on: date | None = None
    agreement_reference: str = ""
    agreement_kept_at: str = ""


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
    terms: Terms = field(default_factory=Terms)

    def faults(self) -> dict[str, Any]:
        """What stands in the way of telling it: for each setting a sentence that says what to write instead."""
        return adapters.faults(self.adapter, Party(self.name, self.address, self.settings))


TERMS = tuple(one.name for one in fields(Terms))


class CannotBeTold(ValueError):
    """The entry's settings are not sound; Entry.faults says in words what is wrong."""


@transaction.atomic
def register(*, actor: Actor, recipient: Recipient, entry: Entry) -> Recipient:
    """Write the entry of a new or known recipient. What is under way is told by the new entry from then on.

    Raises NotAllowed unless a member of staff acts, and CannotBeTold; IntegrityError for terms that the law does not
    know, such as a country outside its reach without a safeguard. Writing the same again changes nothing more.
    """
    if actor.kind != "staff":
        raise NotAllowed
    if entry.faults():
        raise CannotBeTold
    new = recipient.pk is None
    for name in ("name", "what_for", "country", "adapter", "address", "active"):
        setattr(recipient, name, getattr(entry, name))
    for name in TERMS:
        setattr(recipient, name, getattr(entry.terms, name))
    recipient.slugs, recipient.settings = list(entry.slugs), dict(entry.settings)
    recipient.save()
    audit.record(
        event="recipient.added" if new else "recipient.changed",
        actor=actor,
        about=recipient,
        data={"adapter": entry.adapter.value, "active": entry.active},
    )
    return recipient
