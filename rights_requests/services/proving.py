"""Proving an address with a code sent to it, for people without an account (P7.2); strangers learn nothing."""

import hmac
import secrets
from collections.abc import Collection
from datetime import timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from privacy import audit, clock, restriction
from privacy.actors import Actor
from privacy.address_signals import proven
from privacy.addresses import normalised
from privacy.data_map.subject import Subject, has_account, on_record, subject_of_email
from privacy.digests import keyed_digests
from privacy.vocabulary import Purpose
from rights_requests import notifications
from rights_requests.models import EmailProof, RightsRequest
from rights_requests.people import SentCode
from rights_requests.references import ALPHABET
from rights_requests.vocabulary import ProofPurpose

_GROUP, _GROUPS = 4, 2
# In the place of a code's hash, where the mailbox had enough messages; no hash is like it.
_NOT_SENT = "not sent"


@transaction.atomic
def send_code(*, address: str, purpose: ProofPurpose) -> SentCode:
    """Send one message to the address: a code, or why there is none; the caller learns nothing about the address.

    Somebody with an account is told to sign in, and somebody of whom we hold nothing is told just that (Art. 15(1)):
    each can be read only in the mailbox itself. To act for someone else any address will do. Somebody whose account is
    blocked cannot sign in and gets a code after all. After settings.EMAIL_PROOFS_PER_HOUR messages within an hour
    nothing more is sent; the answer stays the same, and the codes that lie in the mailbox count anew, in this browser
    too: whoever asks again and again for a stranger's address keeps nobody out. Not idempotent: each call is a new
    code. Raises privacy.addresses.LookAlike.
    """
    to = normalised(address)
    digests, now = keyed_digests("email", to), clock.now()
    _one_at_a_time(digests[0])
    lately = EmailProof.objects.filter(address_digest__in=digests, created_at__gt=now - timedelta(hours=1))
    sends = lately.exclude(code_hash=_NOT_SENT).count() < settings.EMAIL_PROOFS_PER_HOUR
    proof_id, code = uuid4(), _new_code()
    expires_at = now + timedelta(minutes=settings.EMAIL_CODE_MINUTES)
    # Asked in every case, so that the time it takes tells nothing.
    account, subject = has_account(to), subject_of_email(to)
    known, blocked = _is_known(subject, digests), not restriction.allows(subject, Purpose.AUTHENTICATE)
    entitled = (not account or blocked) and (known or purpose == ProofPurpose.AGENT)
    EmailProof.objects.create(
        pk=proof_id,
        purpose=purpose,
        address_digest=digests[0],
        code_hash=_NOT_SENT if not sends else _hashes(proof_id, code)[0] if entitled else "",
        expires_at=expires_at,
    )
    if not sends:
        _sent(lately).update(expires_at=expires_at)
    else:
        template = "proof_code" if entitled else "proof_account" if account else "proof_nothing"
        notifications.proof(template, proof_id, to=to, code=code)
    return SentCode(proof_id, to)


@transaction.atomic
def check_code(*, proof_id: UUID, address: str, code: str) -> bool:
    """Whether the code is the one that was sent for this address; it is good for one use.

    False alike for a wrong, old, used or foreign code, and after settings.EMAIL_CODE_ATTEMPTS tries. The try is counted
    whatever comes out, under a lock, so that two at once are two tries and a code opens one door only. Where nothing
    was sent, for the mailbox had enough messages, any code counts that lies in it. Whoever had this address before and
    left it is reached through it no more.
    """
    digests, now = keyed_digests("email", address), clock.now()
    proof = EmailProof.objects.select_for_update().filter(pk=proof_id, address_digest__in=digests).first()
    if proof is None or proof.used_at is not None or proof.attempts >= settings.EMAIL_CODE_ATTEMPTS:
        return False
    EmailProof.objects.filter(pk=proof_id).update(attempts=F("attempts") + 1)
    counting = [proof] if proof.expires_at > now else []
    if proof.code_hash == _NOT_SENT:
        in_mailbox = EmailProof.objects.filter(address_digest__in=digests, expires_at__gt=now)
        counting = list(_sent(in_mailbox).select_for_update().order_by("pk"))
    typed = _as_sent(code)
    found = [kept.pk for kept in counting if _is_code_of(kept, typed)]
    if not found:
        return False
    EmailProof.objects.filter(pk__in=found).update(used_at=now)
    proven.send(sender=EmailProof, address=address)
    audit.record(event="address.proven", actor=Actor.subject(None, digests[0]), subject_digest=digests[0])
    return True


def forget_old_proofs() -> int:
    """Delete what is over since a day; returns how many. Safe to run at any time."""
    old = EmailProof.objects.filter(expires_at__lt=clock.now() - timedelta(days=1))
    return old.delete()[0]


def _one_at_a_time(digest: str) -> None:
    """Wait until nobody else counts the messages to this address; ends with the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"proof:{digest}"])


def _sent(proofs: QuerySet[EmailProof]) -> QuerySet[EmailProof]:
    """Those of which a code lies in the mailbox that nobody has used."""
    return proofs.filter(used_at__isnull=True).exclude(code_hash__in=("", _NOT_SENT))


def _is_known(subject: Subject, digests: Collection[str]) -> bool:
    """Whether we hold anything of the person, a stop included, or they asked before, for themselves or for another."""
    asked = RightsRequest.objects.filter(Q(requester_digest__in=digests) | Q(subject_digest__in=digests))
    return any((on_record(subject), asked.exists(), restriction.stops_of(subject)))


def _new_code() -> str:
    return "-".join("".join(secrets.choice(ALPHABET) for _sign in range(_GROUP)) for _group in range(_GROUPS))


def _as_sent(code: str) -> str:
    """The code as typed or pasted, in the form it was sent: any case, with or without dash and spaces."""
    signs = "".join(sign for sign in code.upper() if sign.isalnum())
    return "-".join(signs[start : start + _GROUP] for start in range(0, len(signs), _GROUP))


def _is_code_of(kept: EmailProof, typed: str) -> bool:
    return any(hmac.compare_digest(each, kept.code_hash) for each in _hashes(kept.pk, typed))


def _hashes(proof_id: UUID, code: str) -> tuple[str, ...]:
    """Keyed with a secret outside the database: whoever reads the table cannot try codes against it."""
    return keyed_digests("code", f"{proof_id}:{code}")
