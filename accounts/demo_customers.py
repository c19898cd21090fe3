"""Two Customers to try the portal with, who looks after them, and the people they enrolled, most without an account."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from accounts import appointing, customers, enrolling, selectors
from accounts.customers import Terms
from accounts.models import Customer
from accounts.vocabulary import CustomerKind, OurRole
from privacy.actors import SYSTEM


@dataclass(frozen=True)
class Enrolled:
    """Somebody whom a Customer enrolled, and whose enrolment it may have ended."""

    nickname: str
    work_email: str
    attributes: Mapping[str, str | int | bool] = field(default_factory=dict)
    ended: bool = False


# The demonstration account that looks after the people of the first.
ADMINISTRATOR = "admin@marche-lavande.example"
# For the people of the first Occicor is the controller; the second is the controller itself and answers requests.
CUSTOMERS = (
    (
        Terms(
            *("Marché Lavande", CustomerKind.RETAILER, "FR", OurRole.CONTROLLER),
            agreement_signed_on=date(2026, 3, 2),
        ),
        (
            # She signs in with this address, so the enrolment is hers at once.
            Enrolled("Salma", ADMINISTRATOR, {"store": "Lyon 1"}),
            Enrolled("Lina", "lina@marche-lavande.example", {"store": "Lyon 3", "team": "Fresh products"}),
            Enrolled("Tarek", "tarek@marche-lavande.example", {"store": "Lyon 3", "shelves": 12, "night shift": False}),
            Enrolled("Maëlle", "maelle@marche-lavande.example", {"store": "Lyon 2"}, ended=True),
            Enrolled("Yanis", "yanis@marche-lavande.example", {"store": "Lyon 3"}, ended=True),
        ),
    ),
    (
        Terms(
            *("Épicerie du Port", CustomerKind.RETAILER, "FR", OurRole.PROCESSOR),
            answers_itself=True,
            privacy_contact="privacy@epicerie-du-port.example",
            agreement_signed_on=date(2026, 5, 4),
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
            _enrol(customer, person)
    first, account = Customer.objects.order_by("pk").first(), selectors.account_of(ADMINISTRATOR)
    if first and account:
        appointing.appoint(actor=SYSTEM, customer_id=first.pk, user_id=account.pk)


def _enrol(customer: Customer, person: Enrolled) -> None:
    made = enrolling.enrol(
        actor=SYSTEM,
        customer_id=customer.pk,
        nickname=person.nickname,
        work_email=person.work_email,
        attributes=person.attributes,
    )
    if person.ended:
        enrolling.end_enrolment(actor=SYSTEM, enrolment_id=made.pk)
