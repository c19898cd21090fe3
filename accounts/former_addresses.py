"""Addresses that people have left: remembered while a message to them is stored, so that none outlives an erasure."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from post_office.models import STATUS, Email

from accounts.models import FormerAddress

ENDED = (STATUS.sent, STATUS.failed)


def leave(*, user_id: UUID, address: str) -> None:
    """In the transaction that changes the address: delete what was sent there, and remember it for what is on its way.

    The message that tells the old mailbox of the change must still go out; while it is stored, an export and an
    erasure reach it through the remembered address. Idempotent.
    """
    Email.objects.filter(to=address, status__in=ENDED).delete()
    FormerAddress.objects.update_or_create(email=address, defaults={"user_id": user_id, "left_at": Now()})


def remember(*, user_id: UUID, address: str) -> None:
    """In the transaction that gives an account what waited at a work address: messages sent there go with the account.

    The person need never sign in with that address. Idempotent.
    """
    FormerAddress.objects.update_or_create(email=address, defaults={"user_id": user_id, "left_at": Now()})


def hand_over(address: str) -> None:
    """In the transaction that gives the address to an account: nobody else is reached through it any more.

    What was sent there before is deleted, for it was another's; so an address that one takes up again starts clean too.
    Idempotent.
    """
    if FormerAddress.objects.filter(email=address).delete()[0]:
        Email.objects.filter(to=address, status__in=ENDED).delete()


def forget() -> int:
    """Forget the addresses to which no stored message is left; returns how many. Safe to run at any time."""
    stored = Email.objects.filter(to=OuterRef("email"))
    forgotten: int = FormerAddress.objects.filter(~Q(Exists(stored))).delete()[0]
    return forgotten
