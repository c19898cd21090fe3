"""Customers as the registers of the law have them: what we are for each, and the agreement."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from accounts.models import Customer, Enrolment
from accounts.vocabulary import OurRole
from privacy.registers.parties import Agreement, Party


def customers() -> Iterator[Party]:
    """Every Customer, as a party; one query."""
    people = Enrolment.objects.filter(customer=OuterRef("pk"), ended_at=None)
    for customer in Customer.objects.annotate(has_people=Exists(people)):
        yield _party(customer, has_people=customer.has_people)


def _party(customer: Customer, *, has_people: bool) -> Party:
    """With people of theirs still here, an agreement that has ended is no matter of the past."""
    ended_on = customer.agreement_ended_on
    charges_us = customer.our_role == OurRole.PROCESSOR
    return Party(
        key=f"customer:{customer.pk}",
        name=customer.name,
        role=f"{customer._meta.verbose_name} · {customer.get_kind_display()}",
        what_for=f"Occicor: {customer.get_our_role_display()}",
        country=customer.country,
        agreement=Agreement(needed=charges_us, signed_on=customer.agreement_signed_on, ends_on=ended_on),
        page=reverse("admin:accounts_customer_change", args=[customer.pk]),
        permission="accounts.view_customer",
        contact=customer.privacy_contact,
        active=has_people or ended_on is None or ended_on >= timezone.localdate(),
        is_customer=True,
        charges_us=charges_us,
    )
