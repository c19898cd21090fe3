"""Addresses that people have left: for a few days the change can be taken back, and none outlives an erasure."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from post_office.models import STATUS, Email

from accounts.models import FormerAddress
from privacy import clock

ENDED = (STATUS.sent, STATUS.failed)


def leave(*, user_id: UUID, address: str, may_take_back: bool = True) -> FormerAddress:
    """In the transaction that changes the address: delete what was sent there, and remember it for what is on its way.

    The message that tells the old mailbox of the change must still go out; while it is stored, an export and an
    erasure reach it through the remembered address. Idempotent.
    """
    Email.objects.filter(to=address, status__in=ENDED).delete()
    said = {"user_id": user_id, "left_at": Now(), "handed_over": False, "may_take_back": may_take_back}
    row = FormerAddress.objects.update_or_create(email=address, defaults=said)[0]
    row.refresh_from_db(fields=["left_at"])
    return row


def hand_over(address: str) -> None:
    """In the transaction that gives the address to an account: nobody else is reached through it any more.

    What was sent there before is deleted, for it was another's; so an address that one takes up again starts clean too.
    Idempotent.
    """
    if FormerAddress.objects.filter(email=address).delete()[0]:
        Email.objects.filter(to=address, status__in=ENDED).delete()


def proven(address: str) -> None:
    """Somebody has shown with a code that the address is theirs today: nobody else is reached through it. Idempotent.

    While the change can still be taken back the address stays remembered: it is most likely the one who left it, or
    somebody in whose name it was left, and what cannot be undone goes on waiting for their word.
    """
    if _fresh().filter(email=address, handed_over=False).update(handed_over=True):
        Email.objects.filter(to=address, status__in=ENDED).delete()
    elif not _fresh().filter(email=address).exists():
        hand_over(address)


def last_change(user_id: UUID) -> FormerAddress | None:
    """The address that this account left within settings.EMAIL_CHANGE_COOLDOWN_DAYS, if it left one."""
    return _fresh().filter(user_id=user_id).order_by("-left_at").first()


def can_be_taken_back(address: str) -> bool:
    """Whether an account left this address so short a while ago that it is nobody else's to sign in with."""
    return _fresh().filter(email=address).exists()


def may_move(user_id: UUID, address: str) -> bool:
    """Whether this account may take this address now: its last change is settled, and so is that of who left it."""
    return last_change(user_id) is None and not can_be_taken_back(address)


def waiting(former_id: int) -> FormerAddress | None:
    """The address by its number, while whoever reads its mailbox can still take the change back."""
    return _fresh().filter(pk=former_id, may_take_back=True).first()


def waiting_at(address: str) -> FormerAddress | None:
    """The same by the address itself."""
    return _fresh().filter(email=address, may_take_back=True).first()


def forget() -> int:
    """Forget the addresses to which no stored message is left, once their change is settled; returns how many.

    Safe to run at any time.
    """
    stored = Email.objects.filter(to=OuterRef("email"))
    settled = FormerAddress.objects.exclude(pk__in=_fresh().values("pk"))
    forgotten: int = settled.filter(~Q(Exists(stored))).delete()[0]
    return forgotten


def _fresh() -> QuerySet[FormerAddress]:
    return FormerAddress.objects.filter(left_at__gt=clock.now() - timedelta(days=settings.EMAIL_CHANGE_COOLDOWN_DAYS))
