"""What the scheduler tidies for the accounts, the doors for corrections, and whom to tell of a new policy."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from allauth.account import signals as account_signals
from allauth.account.adapter import get_adapter
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.signals import authentication_failed, authenticator_added
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.core.exceptions import ValidationError
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import (
    acquaintances,
    claiming,
    closing,
    ended_enrolments,
    failed_sign_ins,
    finding,
    former_addresses,
    groups,
    policy_audience,
    profile_history,
    rectifying,
    rewrapping,
    second_steps,
    sessions,
    staff_sessions,
    unused,
)
from accounts.imports import staging
from accounts.imports.job import steps
from accounts.imports.vocabulary import KIND
from accounts.models import User
from accounts.registered_parties import customers
from accounts.services import actor_of
from accounts.sharing import services as sharing
from accounts.sharing.selectors import viewers_of
from privacy import address_signals
from privacy.closing import before_closing
from privacy.data_map.rectify import register_door
from privacy.disclosed import told_by
from privacy.enrolled import enrolled_by
from privacy.groups import GroupKind, register_group
from privacy.jobs.registry import chore, job_kind
from privacy.package.words import moment_teller
from privacy.policy.register import register
from privacy.reading.known import tells_nears
from privacy.registers.parties import kept_by
from privacy.retention.enforcers import Owner, noted, owned

CHANGED_JUST_NOW = _("Your address was changed a short while ago. It can be changed again after %(when)s.")

register_door("accounts.Profile", rectifying.PROFILE)
register_door("accounts.User", rectifying.ACCOUNT)
register_door("account.EmailAddress", rectifying.ADDRESSES)
register_door("accounts.Enrolment", rectifying.ENROLMENT)
before_closing(closing.cautions)
rewrapping.register()
told_by(viewers_of)
kept_by(customers)
enrolled_by(finding.people_enrolled_by)
tells_nears(acquaintances.known_to)
register.add_audience("accounts", policy_audience.account_holders, every_version=False)
job_kind(KIND)(steps)
register_group(GroupKind(groups.CUSTOMER, groups.customers, groups.people_of))
register_group(GroupKind(groups.ACCOUNTS, groups.all_accounts, groups.account_holders))
# What is over within hours does not wait for the night; of lists, more than rows is decided.
owned("accounts-claimcode", Owner(chore="forget claim codes", dies_on_time=True))
owned("accounts-session", Owner(chore="clear ended sessions", dies_on_time=True))
owned("accounts-importrow", Owner(chore="forget lists of people"))
owned("accounts-enrolmentimport", Owner(chore="forget lists of people"))
owned("accounts-user", Owner(chore="see to unused accounts", grace=timedelta(days=45)))
noted("accounts-enrolment", ended_enrolments.note)


@receiver(address_signals.proven)
def hand_over(*, address: str, **_signal: Any) -> None:
    """Whoever shows that an address is theirs today ends what was remembered of who left it."""
    former_addresses.proven(address)


@receiver(account_signals._add_email)
def refuse_second_change(*, user: User, **_signal: Any) -> None:
    """An address is changed once in a while only, and with a second step never: no stranger is to keep theirs.

    The page and programs ask by this signal alike. The library has a handler for the second step as well, which does
    nothing where addresses are confirmed with a code.
    """
    if second_steps.has_one(user.pk):
        raise get_mfa_adapter().validation_error("add_email_blocked")
    change = former_addresses.last_change(user.pk)
    if change is not None:
        raise ValidationError(CHANGED_JUST_NOW, code="changed", params={"when": moment_teller()(change.settled_at)})


@receiver(authenticator_added)
def sign_out_elsewhere(*, request: HttpRequest, user: User, **_signal: Any) -> None:
    """Once staff have a second step it opens their pages: sessions that began without it end."""
    if user.is_staff:
        second_steps.sign_out_elsewhere(user_id=user.pk, session_key=request.session.session_key or "")


@receiver(user_logged_in)
def begin_session_of_staff(*, request: HttpRequest, user: User, **_signal: Any) -> None:
    """From here on a session of staff is counted (accounts.staff_sessions)."""
    if user.is_staff:
        staff_sessions.begin(request.session)
        request.session.set_expiry(staff_sessions.longest())


@receiver(account_signals.authentication_step_completed)
def renew_session(*, request: HttpRequest, reauthenticated: bool = False, **_signal: Any) -> None:
    """Whoever shows in a browser that they are still the same gets another key for their session (ASVS 7.2.4).

    An app keeps its token: it has no cookie that would change by itself.
    """
    if reauthenticated and request.COOKIES.get(settings.SESSION_COOKIE_NAME) == request.session.session_key:
        sessions.renew_key(request.session)


@receiver(authentication_failed)
def note_wrong_second_step(*, request: HttpRequest, user: User, **_signal: Any) -> None:
    """A second step that was wrong stands in the log, as a wrong password does."""
    address = get_adapter(request).get_client_ip(request)
    failed_sign_ins.note(email=user.email, what="second step", address=address)


@receiver(address_signals.left)
def end_cards(*, user_id: UUID, address: str, **_signal: Any) -> None:
    """Whoever leaves an address sees what was shared with it no more, and neither does whoever has it next."""
    sharing.forget_address(actor=actor_of(user_id), address=address)


@chore("forget former addresses", every_seconds=3600, keeps=("P3.1",))
def forget_former_addresses() -> int:
    """Forget the addresses people left, once no message to them is stored; returns how many."""
    return former_addresses.forget()


@chore("forget claim codes", every_seconds=3600, keeps=("P3.1",))
def forget_claim_codes() -> int:
    """Forget the codes sent to work addresses, a day after they ran out; returns how many."""
    return claiming.forget_old_codes()


@chore("forget lists of people", every_seconds=600, keeps=("P1.3", "P3.1"))
def forget_lists() -> int:
    """Delete what was staged of Customers' files too long ago; returns how many rows."""
    return staging.forget()


@chore("tell of changed profiles", every_seconds=60, keeps=("P5.2", "P7.4"))
def tell_of_changed_profiles() -> int:
    """Have recipients told of profiles that their people changed; returns of how many."""
    return profile_history.tell_recipients()


@chore("see to unused accounts", every_seconds=3600, keeps=("P3.1",))
def see_to_unused_accounts() -> int:
    """Tell people whose account is not used for long, and close it when they do not keep it; returns of how many."""
    return unused.see_to()
