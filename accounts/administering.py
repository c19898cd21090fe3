"""Who may act for which Customer: asked of the database each time, so that it ends at once when it ends."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import ApiKey, Customer, CustomerAdministrator
from privacy.actors import Actor
from privacy.data_map.subject import Subject
from privacy.digests import keyed_digest


def customer_of(user_id: UUID) -> Customer | None:
    """The Customer that the account acts for today; None after a removal, or once the agreement has ended."""
    return with_agreement().filter(administrators__user_id=user_id, administrators__user__is_active=True).first()


def administrator_actor(user_id: UUID, customer: Customer) -> Actor:
    """The administrator of the Customer, acting for it."""
    return Actor.customer(user_id, customer_id=customer.pk, digest=Subject(user_id=user_id).digest)


def key_actor(key: ApiKey) -> Actor:
    """The Customer acting by one of its keys, which the database vouches for as long as the key counts."""
    named = keyed_digest("api-key-number", str(key.pk))[:16]
    return Actor("customer", None, f"customer:{key.customer_id}:{named}", key.digest, key.customer_id)


def administrators_of(customer: Customer) -> QuerySet[CustomerAdministrator]:
    """Those who act for a Customer, each with the account; the first appointed first."""
    active = CustomerAdministrator.objects.filter(customer=customer, user__is_active=True)
    return active.select_related("user").order_by("appointed_at", "pk")


def refuse_others(actor: Actor, customer_id: int) -> None:
    """Raise PermissionDenied unless the actor is staff, the system, or acts for this very Customer.

    What an actor says of itself is not believed: every door goes through here, and none can forget to ask.
    """
    if actor.kind not in {"staff", "system"} and not _acts_for(actor, customer_id):
        raise PermissionDenied


def _acts_for(actor: Actor, customer_id: int) -> bool:
    if actor.kind != "customer" or actor.customer_id != customer_id:
        return False
    if actor.user_id is None:
        live = ApiKey.objects.filter(digest=actor.digest, customer_id=customer_id, revoked_at__isnull=True)
        return live.filter(customer__in=with_agreement()).exists()
    customer = customer_of(actor.user_id)
    return customer is not None and customer.pk == customer_id


def with_agreement() -> QuerySet[Customer]:
    """The Customers whose agreement has not ended."""
    today = timezone.localdate()
    return Customer.objects.filter(Q(agreement_ended_on__isnull=True) | Q(agreement_ended_on__gt=today))
