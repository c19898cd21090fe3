"""Who may act for which Customer: asked of the database each time, so that it ends at once when it ends."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Customer, CustomerAdministrator
from privacy.actors import Actor
from privacy.data_map.subject import Subject


def customer_of(user_id: UUID) -> Customer | None:
    """The Customer that the account acts for today; None after a removal, or once the agreement has ended."""
    return _with_agreement().filter(administrators__user_id=user_id, administrators__user__is_active=True).first()


def administrator_actor(user_id: UUID, customer: Customer) -> Actor:
    """The administrator of the Customer, acting for it."""
    return Actor.customer(user_id, customer_id=customer.pk, digest=Subject(user_id=user_id).digest)


def administrators_of(customer: Customer) -> QuerySet[CustomerAdministrator]:
    """Those who act for a Customer, each with the account; the first appointed first."""
    return CustomerAdministrator.objects.filter(customer=customer).select_related("user").order_by("appointed_at", "pk")


def refuse_others(actor: Actor, customer_id: int) -> None:
    """Raise PermissionDenied unless the actor is staff, the system, or acts for this very Customer.

    What an actor says of itself is not believed: every door goes through here, and none can forget to ask.
    """
    if actor.kind not in {"staff", "system"} and not _acts_for(actor, customer_id):
        raise PermissionDenied


def _acts_for(actor: Actor, customer_id: int) -> bool:
    if actor.kind != "customer" or actor.customer_id != customer_id or actor.user_id is None:
        return False
    customer = customer_of(actor.user_id)
    return customer is not None and customer.pk == customer_id


def _with_agreement() -> QuerySet[Customer]:
    today = timezone.localdate()
    return Customer.objects.filter(Q(agreement_ended_on__isnull=True) | Q(agreement_ended_on__gt=today))
