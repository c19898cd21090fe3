"""Lists of people that Customers send, for tests."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from django.db import models

from accounts.administering import administrator_actor
from accounts.imports.staging import stage
from accounts.imports.vocabulary import Verdict
from accounts.models import Customer, CustomerAdministrator, EnrolmentImport, ImportRow, User
from privacy.actors import Actor
from tests.customer_factories import make_administrator
from tests.factories import make_customer

HEADER = "first name,work e-mail,store\n"


def actor_of(administrator: CustomerAdministrator) -> Actor:
    """The administrator, acting for the Customer."""
    return administrator_actor(administrator.user_id, administrator.customer)


def make_import(text: str = "", *, by: CustomerAdministrator | None = None) -> EnrolmentImport:
    """A list that was read and waits for a word; of one person unless it says others."""
    administrator = by or make_administrator()
    file = BytesIO((text or f"{HEADER}Lina,lina@shop.example,Lyon 3\n").encode())
    return stage(actor=actor_of(administrator), customer_id=administrator.customer_id, file=file)


def made_row(customer: Customer, **said: Any) -> ImportRow:
    """One row of a list without a file."""
    source = EnrolmentImport.objects.create(customer=customer, encoding="utf-8", separator=",")
    values = {"line": 2, "readable": True, "verdict": Verdict.NEW}
    return ImportRow.objects.create(source=source, **{**values, **said})


def _import(user: User, canary: str) -> list[models.Model]:
    return [EnrolmentImport.objects.create(customer=make_customer(), made_by=user, encoding="utf-8", separator=",")]


def _row(user: User, canary: str) -> list[models.Model]:
    said = {"nickname": canary, "work_email": user.email, "facts": {"note": canary}}
    return [made_row(make_customer(), **said)]


FACTORIES: dict[str, Callable[[User, str], list[models.Model]]] = {
    "accounts.enrolmentimport": _import,
    "accounts.importrow": _row,
}
