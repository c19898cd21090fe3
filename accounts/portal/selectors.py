"""What a Customer sees: itself, those who act for it, and its own people; each question begins with the Customer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.db.models.lookups import GreaterThanOrEqual, LessThan
from django.utils import timezone

from accounts.administering import administrators_of
from accounts.attributes import in_words
from accounts.enrolling import is_stopped
from accounts.models import NAME_KEY, Customer, CustomerAdministrator, Enrolment
from accounts.selectors import goes_at
from accounts.vocabulary import ENROLMENT_DAYS
from privacy.addresses import LookAlike, normalised

PAGE = 50
CURRENT, ENDED, EVERYBODY = "current", "ended", "all"
STANDINGS = (CURRENT, ENDED, EVERYBODY)
# The last character there is: whatever begins with a text sorts before the text and this.
LAST = "\U0010ffff"


@dataclass(frozen=True)
class Desk:
    """The Customer's start page: how many people it has, and who else acts for it."""

    current: int
    ended: int
    administrators: list[CustomerAdministrator]


@dataclass(frozen=True)
class Person:
    """One person as the Customer knows them; while `stopped`, what was said of them is only kept, and not shown."""

    enrolment: Enrolment
    facts: list[tuple[str, str]]
    stopped: bool
    goes_at: datetime | None


def enrolments_of(customer: Customer) -> QuerySet[Enrolment]:
    """The people of this Customer and nobody else's: everything that the portal shows comes out of here."""
    return Enrolment.objects.filter(customer=customer)


def desk_of(customer: Customer) -> Desk:
    """The facts of the start page."""
    counted = enrolments_of(customer).aggregate(
        current=Count("pk", filter=Q(ended_at__isnull=True)), ended=Count("ended_at")
    )
    return Desk(counted["current"], counted["ended"], list(administrators_of(customer)))


def people_of(customer: Customer, *, search: str = "", standing: str = CURRENT, page: Any = 1) -> Page[Enrolment]:
    """A page of the Customer's people by name: those whose name begins so, or the one with this whole address."""
    found = enrolments_of(customer)
    if standing != EVERYBODY:
        found = found.filter(ended_at__isnull=standing == CURRENT)
    if "@" in search:
        found = found.filter(work_email=_address(search))
    elif search:
        begins = search.lower()
        found = found.filter(GreaterThanOrEqual(NAME_KEY, begins), LessThan(NAME_KEY, f"{begins}{LAST}"))
    return Paginator(found.order_by(NAME_KEY, "pk"), PAGE).get_page(page)


def person_of(customer: Customer, enrolment_id: UUID) -> Person:
    """One person of the Customer; raises Enrolment.DoesNotExist for anybody else's."""
    enrolment = enrolments_of(customer).select_related("customer").get(pk=enrolment_id)
    return Person(enrolment, in_words(enrolment.attributes), is_stopped(enrolment), goes_at(enrolment))


def enrolled_at(customer: Customer, address: str) -> Enrolment | None:
    """Whom the Customer has enrolled under the address and not ended."""
    return enrolments_of(customer).filter(work_email=address, ended_at__isnull=True).first()


def goes_if_ended_today() -> datetime:
    """When an enrolment that ends now is deleted."""
    return timezone.now() + timedelta(days=ENROLMENT_DAYS)


def _address(typed: str) -> str:
    try:
        return normalised(typed)
    except LookAlike:
        return ""
