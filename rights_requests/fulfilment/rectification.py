"""Carrying out a rectification: what was accepted is changed, recipients are told, the person is told (Art. 16, 19)."""

from collections.abc import Iterator

from privacy import ledger
from privacy.actors import SYSTEM
from privacy.jobs.context import JobContext
from privacy.jobs.registry import Step
from privacy.ledger import FoundAgain
from rights_requests import corrections, letters_to_staff, states
from rights_requests.fulfilment.frame import start, tell_done
from rights_requests.models import RightsRequest
from rights_requests.recipients.notices import Correction
from rights_requests.services import correcting, evidence, telling
from rights_requests.subjects import subject_of
from rights_requests.vocabulary import EvidenceKind, NoticeKind


def rectification_steps(context: JobContext) -> Iterator[Step]:
    """The steps in order; each is done at most once whatever dies in between."""
    yield Step("start", start)
    yield Step("apply", apply_accepted)
    yield Step(telling.STEP, note_recipients)
    yield Step("files", destroy_files)
    yield Step("done", tell_done)


def apply_accepted(context: JobContext) -> None:
    """Change everything that was accepted, with its audit and the ledger's entry, in one transaction with the marker.

    Where what we hold has changed since the decision, nothing is changed, and the request goes back to staff.
    """
    with context.effect("apply") as marker:
        request = states.locked(context.about)
        if not correcting.carry_out(request, actor=SYSTEM):
            context.cancel()
            correcting.send_back(request)
            return
        kind = ledger.LedgerKind.RECTIFICATION
        ledger.note(kind=kind, request_id=request.pk, digests=subject_of(request).digests())
        marker.count = len(correcting.applied(request))


def note_recipients(context: JobContext) -> None:
    """Note that each recipient of what was corrected is to be told old and new (Art. 19)."""
    with context.effect(telling.STEP) as marker:
        request = states.locked(context.about)
        done = correcting.applied(request)
        marker.count = telling.notify(
            request=request,
            kind=NoticeKind.RECTIFICATION,
            subject=subject_of(request),
            slugs={proposal.holding for proposal in done},
            actor=SYSTEM,
            corrections=[Correction(corrections.label(made), made.old, made.new) for made in done],
        )


def destroy_files(context: JobContext) -> None:
    """Destroy the proofs that the person sent: it is decided, so they have served."""
    with context.effect("files") as marker:
        proofs = {EvidenceKind.PROOF}
        marker.count = evidence.destroy_of(request_id=context.about, actor=SYSTEM, reason="decided", kinds=proofs)


def tell_of_lost(found: FoundAgain) -> None:
    """An applier of the ledger: a correction that a restored backup took back is made again by staff, with the person.

    What was corrected stands in no ledger. Where the backup knows the request and has not carried it out, it is open
    and simply carried out again; where it does not, staff are told that there was one.
    """
    if not RightsRequest.objects.filter(pk=found.entry.request_id).exists():
        user_id = found.subject.user_id if found.subject else None
        letters_to_staff.correction_lost(found.entry.request_id, found.entry.at, user_id)
