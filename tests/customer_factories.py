"""Customers, those who act for them, and the people whom they enrol, for tests."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from accounts.models import ClaimCode, Customer, CustomerAdministrator, User
from privacy.data_map.subject import Subject
from tests.factories import make_customer, make_enrolment, make_user


def make_administrator(*, customer: Customer | None = None, user: User | None = None) -> CustomerAdministrator:
    """A person with an account who looks after a Customer."""
    return CustomerAdministrator.objects.create(user=user or make_user(), customer=customer or make_customer())


def _enrolment(user: User, canary: str) -> list[models.Model]:
    said: dict[str, Any] = {"nickname": canary, "attributes": {"note": canary}}
    claimed = make_enrolment(f"{canary}@work.example".lower(), user=user, **said)
    return [claimed, make_enrolment(user.email, customer=make_customer(), **said)]


def _customer(user: User, canary: str) -> list[models.Model]:
    return [make_customer(canary, privacy_contact=user.email)]


def _administrator(user: User, canary: str) -> list[models.Model]:
    return [make_administrator(customer=make_customer(f"{canary} Brothers"), user=user)]


def _claim_code(user: User, canary: str) -> list[models.Model]:
    lasts = timezone.now() + timedelta(minutes=10)
    digest = Subject(emails=frozenset({user.email})).digest
    return [ClaimCode.objects.create(user=user, address_digest=digest, code_hash=canary, expires_at=lasts)]


FACTORIES: dict[str, Callable[[User, str], list[models.Model]]] = {
    "accounts.customer": _customer,
    "accounts.enrolment": _enrolment,
    "accounts.customeradministrator": _administrator,
    "accounts.claimcode": _claim_code,
}
