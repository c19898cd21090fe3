"""What the scheduler tidies for the accounts."""

from accounts import former_addresses
from privacy.jobs.registry import chore


@chore("forget former addresses", every_seconds=3600)
def forget_former_addresses() -> int:
    """Forget the addresses people left, once no message to them is stored; returns how many."""
    return former_addresses.forget()
