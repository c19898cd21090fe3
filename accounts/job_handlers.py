"""What the scheduler tidies for the accounts, the doors for corrections, and whom to tell of a new policy."""

from typing import Any
from uuid import UUID

from django.dispatch import receiver

from accounts import former_addresses, policy_audience, rectifying
from accounts.services import actor_of
from accounts.sharing import services as sharing
from accounts.sharing.selectors import viewers_of
from privacy import address_signals
from privacy.data_map.rectify import register_door
from privacy.disclosed import told_by
from privacy.jobs.registry import chore
from privacy.policy.register import register

register_door("accounts.Profile", rectifying.PROFILE)
register_door("accounts.User", rectifying.ACCOUNT)
register_door("account.EmailAddress", rectifying.ADDRESSES)
register_door("accounts.Enrolment", rectifying.ENROLMENT)
told_by(viewers_of)
register.add_audience("accounts", policy_audience.account_holders, every_version=False)


@receiver(address_signals.proven)
def hand_over(*, address: str, **_signal: Any) -> None:
    """Whoever shows that an address is theirs today ends what was remembered of who left it."""
    former_addresses.hand_over(address)


@receiver(address_signals.left)
def end_cards(*, user_id: UUID, address: str, **_signal: Any) -> None:
    """Whoever leaves an address sees what was shared with it no more, and neither does whoever has it next."""
    sharing.forget_address(actor=actor_of(user_id), address=address)


@chore("forget former addresses", every_seconds=3600)
def forget_former_addresses() -> int:
    """Forget the addresses people left, once no message to them is stored; returns how many."""
    return former_addresses.forget()


@chore("forget shared cards", every_seconds=3600)
def forget_shared_cards() -> int:
    """Forget cards whose last day is long over, with the looks at them; returns how many."""
    return sharing.forget_past()
