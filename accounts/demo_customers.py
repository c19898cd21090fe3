"""Two Customers to try the portal with, and the people they enrolled, who have no account."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction

from accounts import customers, enrolling
from accounts.customers import Terms
from accounts.models import Customer
from accounts.vocabulary import CustomerKind, OurRole
from privacy.actors import SYSTEM


@dataclass(frozen=True)
class Enrolled:
    """Somebody whom a Customer enrolled."""

    nickname: str
    work_email: str
    attributes: Mapping[str, str] = field(default_factory=dict)


# For the people of the first Occicor is the controller; the second is the controller itself and answers requests.
CUSTOMERS = (
    (
        Terms("Marché Lavande", CustomerKind.RETAILER, "FR", OurRole.CONTROLLER),
        (
            Enrolled("Lina", "lina@marche-lavande.example", {"store": "Lyon 3", "team": "Fresh products"}),
            Enrolled("Tarek", "tarek@marche-lavande.example", {"store": "Lyon 3"}),
        ),
    ),
    (
        Terms(
            *("Épicerie du Port", CustomerKind.RETAILER, "FR", OurRole.PROCESSOR),
            answers_itself=True,
            privacy_contact="privacy@epicerie-du-port.example",
        ),
        (Enrolled("Jo", "jo@epicerie-du-port.example", {"store": "Marseille 2", "shift": "early"}),),
    ),
)


@transaction.atomic
def ensure() -> None:
    """Make them unless there is a Customer already; so whoever was erased stays erased. Safe to repeat."""
    if Customer.objects.exists():
        return
    for terms, people in CUSTOMERS:
        customer = customers.add_customer(actor=SYSTEM, terms=terms)
        for person in people:
            enrolling.enrol(
                actor=SYSTEM,
                customer_id=customer.pk,
                nickname=person.nickname,
                work_email=person.work_email,
                attributes=person.attributes,
            )
