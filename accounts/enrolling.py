"""Customers enrol people (promise P1.3): the invitation, what is said of them anew, and the end."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from unicodedata import category
from uuid import UUID

from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.administering import refuse_others
from accounts.asked_once import Asked, made_by
from accounts.attributes import checked
from accounts.errors import (
    AgreementEnded,
    AskedToBeErased,
    EnrolmentOver,
    NicknameRefused,
    NotToBeChanged,
    NotToBeEnrolled,
    UseStopped,
)
from accounts.inviting import invite
from accounts.models import Customer, Enrolment
from privacy import audit, ledger, restriction
from privacy.actors import Actor
from privacy.addresses import normalised
from privacy.data_map.subject import Subject, subject_of_user
from privacy.vocabulary import Purpose

LONGEST_NICKNAME = 60
# What a mail program would turn into a link or an address of its own accord.
LINK = re.compile(r"[/@:]|\w\.\w\w")


@transaction.atomic
def enrol(
    *,
    actor: Actor,
    customer_id: int,
    nickname: str,
    work_email: str,
    attributes: Mapping[str, Any] | None = None,
    asked: Asked | None = None,
) -> Enrolment:
    """Enrol a person for a Customer and tell them by e-mail who gave what, and what they can do (Art. 14).

    Idempotent: whoever is enrolled already stays so, with what is said now, and is not written to again. An enrolment
    that had ended begins anew, and what was said before goes; not where it was made by what is `asked` once more: then
    it stays as it is. Where somebody signs in with the address, it is theirs at once. Raises PermissionDenied for
    whoever acts for another Customer, Customer.DoesNotExist, LookAlike, asked_once.AnotherPerson, and EnrolmentRefused
    with the reason in words.
    """
    customer = Customer.objects.select_for_update(no_key=True).get(pk=customer_id)
    refuse_others(actor, customer_id)
    if asked and (made := made_by(customer, asked)):
        return made
    said = {"nickname": tidied_nickname(nickname), "attributes": checked(attributes or {})}
    address = normalised(work_email)
    known = Enrolment.objects.select_for_update().filter(customer=customer, work_email=address).first()
    if known and known.ended_at is None:
        return _say_anew(actor, known, said)
    refuse_barred(actor, customer, address)
    if known:
        if is_stopped(known):
            # Restricted by the account that claimed it, of which the address says nothing: ending shakes nothing off.
            raise _stop_told(actor)
        # Whose mailbox it is today nobody knows: what was said of the one before is not shown to the one after.
        audit.record(event="enrolment.replaced", actor=actor, subject_digest=known.subject.digest, about=known)
        known.delete()
    by = {"asked_as": asked.key, "asked_what": asked.what} if asked else {}
    made = Enrolment.objects.create(customer=customer, user_id=_owner(address), work_email=address, **said, **by)
    invite(customer, made)
    audit.record(event="enrolment.made", actor=actor, subject_digest=made.subject.digest, about=made)
    return made


def refuse_barred(actor: Actor, customer: Customer, address: str) -> None:
    """Raise EnrolmentRefused where this Customer can enrol nobody any more, or nobody can enrol this person.

    A Customer is not told which right of theirs a person has used.
    """
    if customer.agreement_ended_on and customer.agreement_ended_on <= timezone.localdate():
        raise AgreementEnded
    person = Subject(emails=frozenset({address}))
    # Whoever signs in with the address by now has come back by themselves.
    if ledger.asked_to_be_erased(person.digests()) and not _owner(address):
        raise NotToBeEnrolled if actor.kind == "customer" else AskedToBeErased
    if not restriction.allows(person, Purpose.PROVIDE_SERVICES):
        raise _stop_told(actor)


def tidied_nickname(given: str) -> str:
    """The name on one line; raises NicknameRefused. It stands in a message, where a link would be ours."""
    tidied = " ".join(given.split())
    unseen = any(category(letter) in {"Cc", "Cf"} for letter in tidied)
    if unseen or LINK.search(tidied) or not 0 < len(tidied) <= LONGEST_NICKNAME:
        raise NicknameRefused
    return tidied


@transaction.atomic
def change_enrolment(*, actor: Actor, enrolment_id: UUID, nickname: str, attributes: Mapping[str, Any]) -> Enrolment:
    """Write what the Customer says of a person today; the audit keeps which fields changed. Idempotent.

    Raises PermissionDenied for whoever acts for another Customer, Enrolment.DoesNotExist, EnrolmentOver once it has
    ended, and EnrolmentRefused with the reason in words.
    """
    enrolment = Enrolment.objects.select_for_update().get(pk=enrolment_id)
    refuse_others(actor, enrolment.customer_id)
    if enrolment.ended_at is not None:
        raise EnrolmentOver
    return _say_anew(actor, enrolment, {"nickname": tidied_nickname(nickname), "attributes": checked(attributes)})


@transaction.atomic
def correct_enrolment(*, actor: Actor, enrolment_id: UUID, **said: Any) -> Enrolment:
    """Write `nickname`, `work_email` or `attributes` as the person says they are, once staff accepted it (P5.2).

    The values are checked as those of a Customer are, save that whose the address is was shown before. Idempotent.
    Raises PermissionDenied for anyone but the system, EnrolmentRefused, LookAlike, IntegrityError when the Customer has
    enrolled the address already, and Enrolment.DoesNotExist.
    """
    if actor.kind != "system" or not said.keys() <= CORRECTED.keys():
        raise PermissionDenied
    enrolment = Enrolment.objects.select_for_update().get(pk=enrolment_id)
    return _say_anew(actor, enrolment, {name: CORRECTED[name](value) for name, value in said.items()})


@transaction.atomic
def end_enrolment(*, actor: Actor, enrolment_id: UUID) -> Enrolment:
    """End an enrolment: from now on it is kept for ENROLMENT_DAYS days, then it goes. Idempotent.

    Raises PermissionDenied for whoever acts for another Customer, Enrolment.DoesNotExist.
    """
    enrolment = Enrolment.objects.select_for_update().get(pk=enrolment_id)
    refuse_others(actor, enrolment.customer_id)
    if enrolment.ended_at is None:
        enrolment.ended_at = timezone.now()
        enrolment.save(update_fields=["ended_at"])
        audit.record(event="enrolment.ended", actor=actor, subject_digest=enrolment.subject.digest, about=enrolment)
    return enrolment


CORRECTED: Mapping[str, Callable[[Any], Any]] = {
    "nickname": tidied_nickname,
    "work_email": normalised,
    "attributes": checked,
}


def is_stopped(enrolment: Enrolment) -> bool:
    """Whether what a Customer said of a person may only be kept at present (Art. 18, 21; promise P9.1)."""
    person = subject_of_user(enrolment.user_id) if enrolment.user_id else enrolment.subject
    return not restriction.allows(person, Purpose.PROVIDE_SERVICES)


@transaction.atomic
def release_enrolments(*, actor: Actor, user_id: UUID, address: str) -> int:
    """Take from the account the enrolments that it has by this address; returns how many.

    For when the account was not its person's while it had the address: whoever confirms it again claims them anew.
    Idempotent. Raises PermissionDenied for anyone but the person.
    """
    if actor.user_id != user_id:
        raise PermissionDenied
    found = list(Enrolment.objects.select_for_update().filter(user_id=user_id, work_email=address).order_by("pk"))
    Enrolment.objects.filter(pk__in=[enrolment.pk for enrolment in found]).update(user_id=None)
    digest = Subject(user_id=user_id).digest
    for enrolment in found:
        audit.record(event="enrolment.released", actor=actor, subject_digest=digest, about=enrolment)
    return len(found)


def _say_anew(actor: Actor, known: Enrolment, said: Mapping[str, Any]) -> Enrolment:
    changed = [name for name, value in said.items() if getattr(known, name) != value]
    if changed and actor.kind == "customer" and is_stopped(known):
        raise NotToBeChanged
    if changed:
        for name in changed:
            setattr(known, name, said[name])
        known.save(update_fields=changed)
        data = dict.fromkeys(changed, True)
        audit.record(
            event="enrolment.changed", actor=actor, subject_digest=known.subject.digest, about=known, data=data
        )
    return known


def _stop_told(actor: Actor) -> NotToBeEnrolled | UseStopped:
    return NotToBeEnrolled() if actor.kind == "customer" else UseStopped()


def _owner(address: str) -> UUID | None:
    """The account of whoever has confirmed the address with a code."""
    accounts = EmailAddress.objects.filter(email=address, verified=True).values_list("user_id", flat=True)
    found: UUID | None = accounts.first()
    return found
