"""Our staff say who looks after the people of a Customer; a Customer does not say so by itself."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.administering import administrators_of
from accounts.errors import AppointmentRefused
from accounts.keys import keys_of
from accounts.models import ApiKey, Customer, CustomerAdministrator, User
from privacy import audit
from privacy.actors import Actor
from privacy.data_map.subject import Subject
from privacy.mail.address import contact_address
from privacy.mail.language import in_our_language
from privacy.mail.queue import queue
from privacy.package.words import day_teller, zone
from privacy.vocabulary import Purpose

OF_ANOTHER = _("This account looks after another Customer. Remove that first: one account acts for one Customer only.")
CLOSED = _("This account is closed.")
UNCONFIRMED = _("Nobody has confirmed the address of this account with a code yet. Its person does that first.")


@transaction.atomic
def appoint(*, actor: Actor, customer_id: int, user_id: UUID) -> CustomerAdministrator:
    """Let an account act for a Customer, and for no other; its person is told by e-mail. Idempotent.

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
    _tell(account, customer)
    _record("customer_administrator.appointed", actor, made)
    return made


def refuse(account: User, customer_id: int) -> CustomerAdministrator | None:
    """Raise AppointmentRefused where the account cannot act for this Customer; what it is to it already."""
    if not account.is_active:
        raise AppointmentRefused(CLOSED)
    # Else whoever made an account in another's name would see the Customer's people.
    if not EmailAddress.objects.filter(user=account, email=account.email, verified=True).exists():
        raise AppointmentRefused(UNCONFIRMED)
    known = CustomerAdministrator.objects.filter(user=account).first()
    if known and known.customer_id != customer_id:
        raise AppointmentRefused(OF_ANOTHER)
    return known


@transaction.atomic
def remove(*, actor: Actor, administrator_id: int) -> int:
    """Let an account act for its Customer no longer, from this moment on; how many API keys go on working. Idempotent.

    The keys are the Customer's, and its systems would stand still without them: they stay, and who else acts for the
    Customer is told by e-mail to renew them, since the one who goes may know their secrets. Raises PermissionDenied for
    anyone but staff and the system.
    """
    _refuse_others(actor)
    found = CustomerAdministrator.objects.select_for_update().filter(pk=administrator_id).first()
    if not found:
        return 0
    customer = found.customer
    found.delete()
    known = keys_of(customer)
    if known:
        _have_renewed(customer, known)
    _record("customer_administrator.removed", actor, found)
    return len(known)


@in_our_language
def _have_renewed(customer: Customer, known: Sequence[ApiKey]) -> None:
    context = {
        "customer": customer.name,
        "names": ", ".join(key.name for key in known),
        "keys_url": f"{settings.SITE_URL}{reverse('accounts:customer_keys')}",
    }
    for one in administrators_of(customer):
        to = one.user.email
        queue(to=to, template="accounts/renew_keys", context=context, about=uuid4(), purpose=Purpose.SECURITY)


@in_our_language
def _tell(account: User, customer: Customer) -> None:
    """So that nobody has a power without knowing, and a wrong one is noticed."""
    context = {
        "customer": customer.name,
        "when": day_teller()(timezone.localtime(timezone=zone()).date()),
        "portal_url": f"{settings.SITE_URL}{reverse('accounts:customer')}",
        "contact": contact_address(),
    }
    queue(to=account.email, template="accounts/appointed", context=context, about=uuid4(), purpose=Purpose.SECURITY)


def _record(event: str, actor: Actor, administrator: CustomerAdministrator) -> None:
    digest, data = Subject(user_id=administrator.user_id).digest, {"customer": administrator.customer_id}
    audit.record(event=event, actor=actor, subject_digest=digest, about=administrator, data=data)


def _refuse_others(actor: Actor) -> None:
    if actor.kind not in {"staff", "system"}:
        raise PermissionDenied
