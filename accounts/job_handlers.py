"""What the scheduler tidies for the accounts, the doors for corrections, and whom to tell of a new policy."""

from typing import Any

from allauth.account import signals as account_signals
from django.core.exceptions import ValidationError
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from accounts import closing, former_addresses, policy_audience, profile_history, rectifying
from accounts.models import User
from privacy import address_signals
from privacy.closing import before_closing
from privacy.data_map.rectify import register_door
from privacy.jobs.registry import chore
from privacy.package.words import moment_teller
from privacy.policy.register import register

CHANGED_JUST_NOW = _("Your address was changed a short while ago. It can be changed again after %(when)s.")

register_door("accounts.Profile", rectifying.PROFILE)
register_door("accounts.User", rectifying.ACCOUNT)
register_door("account.EmailAddress", rectifying.ADDRESSES)
register_door("accounts.Enrolment", rectifying.ENROLMENT)
before_closing(closing.cautions)
register.add_audience("accounts", policy_audience.account_holders, every_version=False)


@receiver(address_signals.proven)
def hand_over(*, address: str, **_signal: Any) -> None:
    """Whoever shows that an address is theirs today ends what was remembered of who left it."""
    former_addresses.proven(address)


@receiver(account_signals._add_email)
def refuse_second_change(*, user: User, **_signal: Any) -> None:
    """The address of an account is changed once in a while only; the page and programs ask by this signal alike."""
    change = former_addresses.last_change(user.pk)
    if change is not None:
        raise ValidationError(CHANGED_JUST_NOW, code="changed", params={"when": moment_teller()(change.settled_at)})


@chore("forget former addresses", every_seconds=3600)
def forget_former_addresses() -> int:
    """Forget the addresses people left, once no message to them is stored; returns how many."""
    return former_addresses.forget()


@chore("forget changes of profiles", every_seconds=3600)
def forget_profile_changes() -> int:
    """Forget what profiles said long ago; returns how many changes."""
    return profile_history.forget()


@chore("tell of changed profiles", every_seconds=60)
def tell_of_changed_profiles() -> int:
    """Have recipients told of profiles that their people changed; returns of how many."""
    return profile_history.tell_recipients()
