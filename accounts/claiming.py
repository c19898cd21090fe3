"""How an account takes over what a Customer said of its person: by its address, or by a code to the work address."""

import hmac
import secrets
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID, uuid4

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.urls import reverse
from post_office.models import Email

from accounts.former_addresses import ENDED
from accounts.models import ClaimCode, Enrolment
from privacy import audit, clock, holds, restriction
from privacy.actors import Actor
from privacy.address_signals import proven
from privacy.addresses import normalised
from privacy.data_map.subject import Subject
from privacy.digests import keyed_digests
from privacy.mail.address import contact_address
from privacy.mail.queue import queue
from privacy.vocabulary import Purpose

DIGITS = 6


@transaction.atomic
def claim_enrolments(*, actor: Actor, user_id: UUID) -> int:
    """Give the account every enrolment for an address that it has confirmed with a code; returns how many are new.

    Idempotent. What another account has claimed before stays with that one: having a mailbox today does not make
    someone the person who was enrolled. Raises PermissionDenied for anyone but the person.
    """
    _refuse_others(actor, user_id)
    return _give(actor, user_id, EmailAddress.objects.filter(user_id=user_id, verified=True).values("email"))


@transaction.atomic
def send_code(*, actor: Actor, user_id: UUID, address: str) -> None:
    """Send one message to the work address: a code, or that nobody waits there to be claimed.

    Which of the two can be read in the mailbox only: the caller learns nothing about the address. An account has
    settings.EMAIL_PROOFS_PER_HOUR messages sent in an hour, a mailbox gets CLAIM_MAILS_PER_HOUR; then nothing is sent,
    and the code that the account had sent before still counts. Not idempotent: each call is a new code. Raises
    PermissionDenied for anyone but the person, and privacy.addresses.LookAlike.
    """
    _refuse_others(actor, user_id)
    to = normalised(address)
    digests, now = keyed_digests("email", to), clock.now()
    # Two at once by one account, to two mailboxes, would each count without the other.
    _one_at_a_time(f"claim-by:{user_id}")
    _one_at_a_time(f"claim:{digests[0]}")
    lately = ClaimCode.objects.filter(created_at__gt=now - timedelta(hours=1))
    mine, theirs = lately.filter(user_id=user_id).count(), lately.filter(address_digest__in=digests).count()
    waits = Enrolment.objects.filter(unclaimed_email=to).exists()
    if mine >= settings.EMAIL_PROOFS_PER_HOUR or theirs >= settings.CLAIM_MAILS_PER_HOUR:
        return
    code_id, code = uuid4(), f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    ClaimCode.objects.create(
        pk=code_id,
        user_id=user_id,
        address_digest=digests[0],
        code_hash=_hashes(code_id, code)[0] if waits else "",
        expires_at=now + timedelta(minutes=settings.EMAIL_CODE_MINUTES),
    )
    _write("claim_code" if waits else "claim_nothing", code_id, to, code)


@transaction.atomic
def check_code(*, actor: Actor, user_id: UUID, address: str, code: str) -> int | None:
    """Give the account what waits at the address, if the code is one that it had sent there; None if it is not.

    None alike for a wrong, old, used or foreign code, and after settings.EMAIL_CODE_ATTEMPTS tries: a try is counted
    whatever comes out, against every code that it could have been. A code is good for one use. What was claimed before
    stays where it is. Raises PermissionDenied for anyone but the person.
    """
    _refuse_others(actor, user_id)
    now, sent = clock.now(), ClaimCode.objects.filter(address_digest__in=keyed_digests("email", address))
    live = sent.filter(user_id=user_id, used_at__isnull=True, expires_at__gt=now)
    counting = list(live.filter(attempts__lt=settings.EMAIL_CODE_ATTEMPTS).select_for_update().order_by("pk"))
    ClaimCode.objects.filter(pk__in=[kept.pk for kept in counting]).update(attempts=F("attempts") + 1)
    typed = "".join(sign for sign in code if sign.isdecimal())
    if not [kept for kept in counting if _is_code_of(kept, typed)]:
        return None
    live.update(used_at=now)
    proven.send(sender=ClaimCode, address=address)
    _take_along_stops(actor, user_id, address)
    given = _give(actor, user_id, [address])
    if given:
        # The account is not reached through this address: what was sent there would outlive its erasure.
        Email.objects.filter(to=address, status__in=ENDED).delete()
    return given


def forget_old_codes() -> int:
    """Delete what is over since a day; returns how many. Safe to run at any time."""
    old = ClaimCode.objects.filter(expires_at__lt=clock.now() - timedelta(days=1))
    return old.delete()[0]


def _give(actor: Actor, user_id: UUID, addresses: Iterable[str] | QuerySet[EmailAddress, dict[str, str]]) -> int:
    found = list(Enrolment.objects.select_for_update().filter(unclaimed_email__in=addresses).order_by("pk"))
    Enrolment.objects.filter(pk__in=[enrolment.pk for enrolment in found]).update(user_id=user_id)
    digest = Subject(user_id=user_id).digest
    for enrolment in found:
        audit.record(event="enrolment.claimed", actor=actor, subject_digest=digest, about=enrolment)
    return len(found)


def _take_along_stops(actor: Actor, user_id: UUID, address: str) -> None:
    """What was stopped or held under the work address stays so under the account: claiming shakes nothing off."""
    if restriction.stops_of(Subject(emails=frozenset({address}))):
        restriction.extend(actor=actor, subject=Subject(user_id=user_id, emails=frozenset({address})))
    holds.extend(subject=Subject(user_id=user_id, emails=frozenset({address})))


def _write(name: str, code_id: UUID, to: str, code: str) -> None:
    """A code, or why none is sent: a duty (Art. 12(2)), so no stop silences it."""
    context = {
        "code": code,
        "minutes": settings.EMAIL_CODE_MINUTES,
        "claim_url": f"{settings.SITE_URL}{reverse('accounts:claim')}",
        "contact": contact_address(),
        "site_url": settings.SITE_URL,
    }
    queue(to=to, template=f"accounts/{name}", context=context, about=code_id, purpose=Purpose.LEGAL_DUTIES)


def _one_at_a_time(what: str) -> None:
    """Wait until nobody else counts these messages, of an account or to an address; to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [what])


def _refuse_others(actor: Actor, user_id: UUID) -> None:
    if actor.kind != "subject" or actor.user_id != user_id:
        raise PermissionDenied


def _is_code_of(kept: ClaimCode, typed: str) -> bool:
    return any(hmac.compare_digest(each, kept.code_hash) for each in _hashes(kept.pk, typed))


def _hashes(code_id: UUID, code: str) -> tuple[str, ...]:
    """Keyed with a secret outside the database: whoever reads the table cannot try codes against it."""
    return keyed_digests("code", f"{code_id}:{code}")
