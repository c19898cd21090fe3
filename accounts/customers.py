"""What is agreed with a Customer: who it is, what we are for it, who answers its people's requests."""

from dataclasses import asdict, dataclass
from datetime import date

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import Customer
from privacy import audit
from privacy.actors import Actor
from privacy.addresses import normalised


@dataclass(frozen=True)
class Terms:
    """What is said about a Customer; the fields are those of the row."""

    name: str
    kind: str
    country: str
    our_role: str
    language: str = settings.LANGUAGE_CODE
    answers_itself: bool = False
    privacy_contact: str = ""
    agreement_signed_on: date | None = None
    agreement_ended_on: date | None = None


@transaction.atomic
def add_customer(*, actor: Actor, terms: Terms) -> Customer:
    """Save a new Customer; not idempotent: the same name again raises IntegrityError.

    Raises PermissionDenied for anyone but staff and the system, LookAlike for a contact made to be mistaken.
    """
    _refuse_others(actor)
    customer = Customer.objects.create(**_tidied(terms))
    audit.record(event="customer.added", actor=actor, about=customer)
    return customer


@transaction.atomic
def change_customer(*, actor: Actor, customer_id: int, terms: Terms) -> Customer:
    """Write what is agreed now; the audit keeps which fields changed. Idempotent.

    Raises PermissionDenied and LookAlike as `add_customer` does, Customer.DoesNotExist.
    """
    _refuse_others(actor)
    customer = Customer.objects.select_for_update().get(pk=customer_id)
    changed = [name for name, value in _tidied(terms).items() if getattr(customer, name) != value]
    if not changed:
        return customer
    for name in changed:
        setattr(customer, name, _tidied(terms)[name])
    customer.save(update_fields=changed)
    audit.record(event="customer.changed", actor=actor, about=customer, data=dict.fromkeys(changed, True))
    return customer


def _refuse_others(actor: Actor) -> None:
    if actor.kind not in {"staff", "system"}:
        raise PermissionDenied


def _tidied(terms: Terms) -> dict[str, object]:
    return asdict(terms) | {"name": terms.name.strip(), "privacy_contact": normalised(terms.privacy_contact)}
