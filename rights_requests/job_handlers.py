"""Tells the job engine how requests are carried out, the scheduler what to tidy, the policy what it may say."""

from typing import Any
from uuid import UUID

from django.dispatch import receiver

from privacy import address_signals
from privacy.actors import SYSTEM
from privacy.closing import closed_by
from privacy.digests import forms, renewed
from privacy.jobs.registry import Lane, chore, job_kind
from privacy.ledger import LedgerKind, register_applier
from privacy.models import Job
from privacy.policy.register import register
from privacy.reading.known import tells_needs
from privacy.rectified import Follower, register_follower
from privacy.registers.parties import kept_by
from privacy.retention.enforcers import Owner, owned
from privacy.vocabulary import Right
from rights_requests import answer_counts, letters_to_staff, policy_facts, rewrapping, states
from rights_requests.fulfilment.access import access_steps
from rights_requests.fulfilment.erasure import erasure_steps
from rights_requests.fulfilment.package_files import sweep_elsewhere, sweep_leftovers
from rights_requests.fulfilment.portability import portability_steps
from rights_requests.fulfilment.reapplied import settle_part, settle_requests
from rights_requests.fulfilment.rectification import rectification_steps, tell_of_lost
from rights_requests.fulfilment.stopping import stopping_steps
from rights_requests.models import RightsRequest
from rights_requests.open_needs import with_open_requests
from rights_requests.registered_parties import recipients
from rights_requests.services import (
    after_holds,
    after_restores,
    appealing,
    evidence,
    expiring,
    keeping,
    own_corrections,
    proving,
    reminding,
    stopping,
    telling,
    unused_accounts,
    waiting,
)
from rights_requests.states import Event
from rights_requests.subjects import everything_of

_REASON_LENGTH = 60
tells_needs(with_open_requests)


def lane_of(about: UUID) -> Lane:
    """One person's jobs run one after the other: an erasure queues behind a running export, and the other way round.

    By whichever of their identifiers they asked.
    """
    request = RightsRequest.objects.filter(pk=about).first()
    if request is None:
        return Lane("", ())
    person = everything_of(request)
    digests = {*forms(request.subject_digest), *(person.digests() if person else ())}
    rivals = RightsRequest.objects.filter(subject_digest__in=digests).exclude(pk=about)
    return Lane(
        f"subject:{person.digest if person else renewed(request.subject_digest)}",
        list(rivals.values_list("pk", flat=True)),
    )


@receiver(address_signals.left)
def keep_requests(*, user_id: UUID, address: str, **_signal: Any) -> None:
    """What was asked under an address stays with the account that leaves it, and what cannot be undone waits."""
    keeping.keep_with_account(user_id=user_id, address=address)
    waiting.put_off(user_id=user_id)


def needs_attention(about: UUID, step: str, failure: str) -> None:
    """The engine gave up: show it to staff and tell them. A request that is answered already stays answered."""
    request = states.locked(about)
    letters_to_staff.staff_needed(request, Job.objects.get(about=about, kind=request.right))
    if states.allows(request, Event.FAIL):
        states.advance(request_id=about, event=Event.FAIL, actor=SYSTEM, reason=step[:_REASON_LENGTH])


job_kind(Right.ACCESS, on_failure=needs_attention, lane=lane_of)(access_steps)
job_kind(Right.ERASURE, on_failure=needs_attention, lane=lane_of)(erasure_steps)
job_kind(Right.PORTABILITY, on_failure=needs_attention, lane=lane_of)(portability_steps)
job_kind(Right.RECTIFICATION, on_failure=needs_attention, lane=lane_of)(rectification_steps)
closed_by(unused_accounts.close)
register_applier(LedgerKind.RECTIFICATION, tell_of_lost)
register_follower(Follower(own_corrections.wants, own_corrections.take))
for _right in (Right.RESTRICTION, Right.OBJECTION):
    job_kind(_right, on_failure=needs_attention, lane=lane_of)(stopping_steps)
register_applier(LedgerKind.ERASURE, settle_requests)
policy_facts.declare(register)
rewrapping.register()
kept_by(recipients)
# A copy is gone with its key, at the minute that its person was told; a code does not wait for the night either.
owned("rights_requests-packagekey", Owner(chore="expire packages", dies_on_time=True))
owned("rights_requests-emailproof", Owner(chore="forget codes", dies_on_time=True))
register_applier(LedgerKind.ERASURE_OF_PART, settle_part)


@chore("end announced restrictions", every_seconds=300, keeps=("P5.4",))
def end_restrictions() -> int:
    """End restrictions whose end was announced long enough ago; returns how many."""
    return stopping.end_announced()


@chore("expire packages", every_seconds=60, keeps=("P3.1", "P5.1"))
def expire_packages() -> int:
    """Destroy packages whose time is over; returns how many."""
    return expiring.expire_due()


@chore("sweep leftovers", every_seconds=5, keeps=("P5.1",))
def sweep_files() -> int:
    """Remove files that no live package and no running job owns; returns how many."""
    return sweep_leftovers()


@chore("sweep the bucket", every_seconds=300, keeps=("P5.1",))
def sweep_bucket() -> int:
    """The same in the bucket, where packages are kept in one; returns how many."""
    return sweep_elsewhere()


@chore("forget codes", every_seconds=3600, keeps=("P3.1", "P7.2"))
def forget_codes() -> int:
    """Delete codes for addresses that are over since a day; returns how many."""
    return proving.forget_old_proofs()


@chore("expire evidence", every_seconds=60, keeps=("P3.1", "P7.2"))
def expire_evidence() -> int:
    """Destroy files of evidence whose time is over; returns how many."""
    return evidence.expire_due()


@chore("sweep evidence", every_seconds=3600, keeps=("P7.2",))
def sweep_evidence() -> int:
    """Remove files of evidence that no row has a key for; returns how many."""
    return evidence.sweep_files()


@chore("follow recipients", every_seconds=5, keeps=("P7.4",))
def follow_recipients() -> int:
    """Tell, or ask, the recipients whose time has come; returns how many."""
    return telling.follow_due()


@chore("remind of recipients", every_seconds=3600, keeps=("P7.4",))
def remind_of_recipients() -> int:
    """Write to the team, once a week each, of recipients that wait for a person; returns how many letters."""
    return telling.remind_staff()


@chore("forget people", every_seconds=3600, keeps=("P3.1",))
def forget_people() -> int:
    """Forget who is behind requests that were answered long ago; returns how many."""
    return appealing.forget_people()


@chore("remind of terms", every_seconds=60, keeps=("P5.1", "P5.2", "P5.3", "P5.4", "P5.5", "P5.6"))
def remind_of_terms() -> int:
    """Tell the team of terms that run out; returns how many requests were looked at."""
    return reminding.remind_due()


@chore("put answer counts together", every_seconds=600)
def fold_answer_counts() -> int:
    """Put together the counts of answers that say the same, so that the desk reads few; returns how many rows went."""
    return answer_counts.fold()


@chore("erase after holds", every_seconds=30)
def erase_after_holds() -> int:
    """Let erasures go on whose legal hold has ended, or file those again that a backup has lost; returns how many."""
    return after_holds.go_on() + after_restores.file_again()
