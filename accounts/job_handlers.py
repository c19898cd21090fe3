"""What the scheduler tidies for the accounts, the doors for corrections, and whom to tell of a new policy."""

from typing import Any

from django.dispatch import receiver

from accounts import claiming, former_addresses, policy_audience, rectifying
from privacy import address_signals
from privacy.data_map.rectify import register_door
from privacy.jobs.registry import chore
from privacy.policy.register import register

register_door("accounts.Profile", rectifying.PROFILE)
register_door("accounts.User", rectifying.ACCOUNT)
register_door("account.EmailAddress", rectifying.ADDRESSES)
register_door("accounts.Enrolment", rectifying.ENROLMENT)
register.add_audience("accounts", policy_audience.account_holders, every_version=False)


@receiver(address_signals.proven)
def hand_over(*, address: str, **_signal: Any) -> None:
    """Whoever shows that an address is theirs today ends what was remembered of who left it."""
    former_addresses.hand_over(address)


@chore("forget former addresses", every_seconds=3600)
def forget_former_addresses() -> int:
    """Forget the addresses people left, once no message to them is stored; returns how many."""
    return former_addresses.forget()


@chore("forget claim codes", every_seconds=3600)
def forget_claim_codes() -> int:
    """Forget the codes sent to work addresses, a day after they ran out; returns how many."""
    return claiming.forget_old_codes()
