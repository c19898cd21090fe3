"""What the scheduler tidies for the accounts, and the doors by which what they hold is corrected."""

from typing import Any

from django.dispatch import receiver

from accounts import former_addresses, rectifying
from privacy import address_signals
from privacy.data_map.rectify import register_door
from privacy.jobs.registry import chore

register_door("accounts.Profile", rectifying.PROFILE)
register_door("accounts.User", rectifying.ACCOUNT)
register_door("account.EmailAddress", rectifying.ADDRESSES)
register_door("accounts.Enrolment", rectifying.ENROLMENT)


@receiver(address_signals.proven)
def hand_over(*, address: str, **_signal: Any) -> None:
    """Whoever shows that an address is theirs today ends what was remembered of who left it."""
    former_addresses.hand_over(address)


@chore("forget former addresses", every_seconds=3600)
def forget_former_addresses() -> int:
    """Forget the addresses people left, once no message to them is stored; returns how many."""
    return former_addresses.forget()
