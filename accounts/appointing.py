"""Our staff say who looks after the people of a Customer; a Customer does not say so by itself."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import AppointmentRefused
from accounts.models import Customer, CustomerAdministrator, User
from privacy import audit
from privacy.actors import Actor
from privacy.data_map.subject import Subject

OF_ANOTHER = _("This account looks after another Customer. Remove that first: one account acts for one Customer only.")
CLOSED = _("This account is closed.")


@transaction.atomic
def appoint(*, actor: Actor, customer_id: int, user_id: UUID) -> CustomerAdministrator:
    """Let an account act for a Customer, and for no other. Idempotent.

    Raises PermissionDenied for anyone but staff and the system, and for staff who would appoint themselves;
    Customer.DoesNotExist, User.DoesNotExist, and AppointmentRefused with the reason in words.
    """
    _refuse_others(actor)
    if actor.user_id == user_id:
        raise PermissionDenied
    customer = Customer.objects.select_for_update(no_key=True).get(pk=customer_id)
    account = User.objects.select_for_update(no_key=True).get(pk=user_id)
    known = refuse(account, customer_id)
    if known:
        return known
    made = CustomerAdministrator.objects.create(user=account, customer=customer)
    _record("customer_administrator.appointed", actor, made)
    return made


def refuse(account: User, customer_id: int) -> CustomerAdministrator | None:
    """Raise AppointmentRefused where the account cannot act for this Customer; what it is to it already."""
    if not account.is_active:
        raise AppointmentRefused(CLOSED)
    known = CustomerAdministrator.objects.filter(user=account).first()
    if known and known.customer_id != customer_id:
        raise AppointmentRefused(OF_ANOTHER)
    return known


@transaction.atomic
def remove(*, actor: Actor, administrator_id: int) -> None:
    """Let an account act for its Customer no longer, from this moment on. Idempotent.

    Raises PermissionDenied for anyone but staff and the system.
    """
    _refuse_others(actor)
    found = CustomerAdministrator.objects.select_for_update().filter(pk=administrator_id).first()
    if found:
        _record("customer_administrator.removed", actor, found)
        found.delete()


def _record(event: str, actor: Actor, administrator: CustomerAdministrator) -> None:
    digest, data = Subject(user_id=administrator.user_id).digest, {"customer": administrator.customer_id}
    audit.record(event=event, actor=actor, subject_digest=digest, about=administrator, data=data)


def _refuse_others(actor: Actor) -> None:
    if actor.kind not in {"staff", "system"}:
        raise PermissionDenied
