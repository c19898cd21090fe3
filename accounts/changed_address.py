"""After an account's address changed: both mailboxes are told, and the former one can take the change back for a while.

Why it is so, and what was given up for it: docs/decisions/0038-a-changed-address.md.
"""

from typing import Any
from uuid import uuid4

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.urls import reverse

from accounts import enrolling, former_addresses, securing, sign_ins
from accounts.models import FormerAddress, User
from privacy import address_signals, audit, holds, restriction
from privacy.actors import Actor
from privacy.addresses import shortened
from privacy.data_map.subject import Subject, subject_of_user
from privacy.mail.address import contact_address
from privacy.mail.queue import queue
from privacy.package.words import moment_teller
from privacy.vocabulary import Purpose

_SIGNER = Signer(salt="accounts.take_address_back")


class CannotTakeBack(Exception):
    """The link is not ours, its time is over, or the change was taken back already; nothing was changed."""


def token_of(former: FormerAddress) -> str:
    """The token of one change, for the message to the mailbox that was left; it cannot be guessed."""
    return _SIGNER.sign(str(former.pk))


def named_by(token: str) -> FormerAddress:
    """The address that can be taken back; raises CannotTakeBack alike for a forged, used or old link."""
    try:
        number = int(_SIGNER.unsign(token))
    except (BadSignature, ValueError):
        raise CannotTakeBack from None
    former = former_addresses.waiting(number)
    if former is None:
        raise CannotTakeBack
    return former


def tell_both(*, former: FormerAddress, new: str, ip: str) -> None:
    """In the transaction of the change: tell the mailbox that was left, with a way back, and the new one.

    The first does not read the new address in full: a copy of that message would not be found by it at an erasure.
    """
    _tell_former(former, new, ip)
    _tell(new, "accounts/address_is_new", former, {"ip": ip})


def remind(address: str) -> bool:
    """Send the way back once more to an address that somebody wants to make an account with; whether there is one."""
    former = former_addresses.waiting_at(address)
    if former is not None:
        _tell_former(former, former.user.email, "")
    return former is not None


@transaction.atomic
def take_back(*, token: str) -> User:
    """Give the account its former address back, end every session and void the password (promises P4.1, P7.2).

    Whoever reads the mailbox that was left says that the change was not theirs; they choose a new password with a code.
    What came with the new address goes with it: second steps added since, and enrolments that were claimed by it. What
    cannot be undone waits as after any change, and both mailboxes are told. Once: a second call raises CannotTakeBack,
    as does a link that is forged or too old.
    """
    named = named_by(token)
    account = User.objects.select_for_update().get(pk=named.user_id)
    former = named_by(token)
    actor = Actor.subject(account.pk, Subject(user_id=account.pk).digest)
    left, account.email = account.email, former.email
    _give_address(account, former)
    enrolling.release_enrolments(actor=actor, user_id=account.pk, address=left)
    gone = former_addresses.leave(user_id=account.pk, address=left, may_take_back=False)
    address_signals.left.send(sender=User, user_id=account.pk, address=left)
    restriction.extend(actor=actor, subject=subject_of_user(account.pk))
    holds.extend(subject=subject_of_user(account.pk))
    _tell(account.email, "accounts/address_is_back", gone, {})
    _tell(left, "accounts/address_was_taken_back", gone, {})
    sign_ins.disown_since(user_id=account.pk, since=former.left_at)
    securing.secure_account(actor=actor, user_id=account.pk)
    audit.record(event="account.address_taken_back", actor=actor, subject_digest=Subject(user_id=account.pk).digest)
    return account


def _give_address(account: User, former: FormerAddress) -> None:
    """The address is the account's again, and its only one; second steps that came after it was left are gone."""
    Authenticator.objects.filter(user=account, created_at__gte=former.left_at).delete()
    EmailAddress.objects.filter(user=account).delete()
    former_addresses.hand_over(former.email)
    EmailAddress.objects.create(user=account, email=former.email, verified=True, primary=True)
    account.save(update_fields=["email"])


def _tell_former(former: FormerAddress, new: str, ip: str) -> None:
    page = reverse("accounts:take_address_back", kwargs={"token": token_of(former)})
    more = {"from_email": former.email, "new": shortened(new), "back_url": settings.SITE_URL + page, "ip": ip}
    _tell(former.email, "accounts/address_was_left", former, more)


def _tell(to: str, template: str, former: FormerAddress, more: dict[str, Any]) -> None:
    told = moment_teller()
    context = {
        "when": told(former.left_at),
        "until": told(former.settled_at),
        "site_url": settings.SITE_URL,
        "contact": contact_address(),
        **more,
    }
    queue(to=to, template=template, context=context, about=uuid4(), purpose=Purpose.SECURITY)
