"""The end of an erasure: prove that nothing is left, sign the receipt, tell the person, forget the address."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from privacy import audit, clock
from privacy.actors import SYSTEM
from privacy.data_map import residue
from privacy.data_map.erase import erase_batch
from privacy.data_map.subject import Subject, without_reused
from privacy.jobs.context import JobContext, Later
from privacy.mail.deliver import send_now
from privacy.mail.queue import Letter, message_id
from privacy.models import JobStep
from privacy.vocabulary import Purpose
from rights_requests import notifications, states
from rights_requests.contact import open_contact, open_subject
from rights_requests.fulfilment.receipt import issue
from rights_requests.letter import template_name
from rights_requests.models import RightsRequest
from rights_requests.services import part_appeals, planning
from rights_requests.states import Event

TELL_AGAIN_SECONDS = 30.0
# After this long the mail server is not the problem; the receipt stays on the follow page, the address must go.
STOP_TELLING_AFTER = timedelta(days=4)


class ResidueFound(Exception):
    """Something of the person is still somewhere; the step's marker names the places."""


def search_for_residue(context: JobContext) -> None:
    """Search every table and store for the person's identifiers; any hit that nothing declares kept stops the job.

    What other people wrote in their own words does not stop it: those texts are theirs, and nobody may hold up another
    person's erasure by writing their address down. How many there are stands on the receipt.
    """
    subject = without_reused(open_subject(str(context.detail_of("check_plan")["subject"]), context.about))
    look(context, subject, step="residue", spared=planning.spared(context.about))


def look(
    context: JobContext,
    subject: Subject | None,
    *,
    step: str,
    spared: Collection[str],
    tables: Collection[str] | None = None,
) -> None:
    """The search, with its marker; in these tables alone where any are named. Raises ResidueFound."""
    identifiers = subject.identifiers() if subject else frozenset()
    planned = residue.kept_columns(spared=spared)
    hits = [hit for hit in residue.scan(identifiers, allowed=planned, tables=tables) if not hit.planned]
    others = [hit for hit in hits if subject and _words_of_others(context, hit, subject)]
    places = sorted(f"{hit.table}.{hit.column}" for hit in hits if hit not in others)
    if places:
        with context.transaction():
            context.add(step, 0, detail={"places": places}, done=False)
        raise ResidueFound
    with context.effect(step) as marker:
        in_words = sum(hit.count for hit in others)
        marker.detail = {"found": 0, "identifiers": len(identifiers), "in_words_of_others": in_words}


def _words_of_others(context: JobContext, hit: residue.Hit, subject: Subject) -> bool:
    """Whether the hit is in texts that people wrote, none of them the subject's own; erases those that were."""
    holding = residue.written_by(hit)
    if holding is None:
        return False
    with context.transaction():
        return not erase_batch(holding, subject)


def give_receipt(context: JobContext) -> None:
    """Sign the receipt, complete the request and forget the identifiers, in one transaction.

    Where a part stays they are sealed on the request for as long as that can be appealed.
    """
    subject = open_subject(str(context.detail_of("check_plan")["subject"]), context.about)
    with context.effect("receipt"):
        request = states.locked(context.about)
        proofs = {"residue": context.detail_of("residue"), "ledger": context.detail_of("ledger")}
        issue(request, context.counts(), proofs, clock.now().isoformat())
        JobStep.objects.filter(job=context.job_id, name="check_plan").update(detail={})
        request = states.advance(request_id=request.pk, event=Event.FULFIL, actor=SYSTEM)
        part_appeals.settle(request, subject)


def tell(context: JobContext) -> None:
    """Send the last message and forget the address it went to, unless a part stays that can be appealed.

    It may arrive twice if the process dies between the two; both carry one Message-ID. While the mail server does not
    take it, the step waits without counting attempts.
    """
    request = RightsRequest.objects.get(pk=context.about)
    letter = notifications.erasure_done(request)
    reached = told(request, letter, about=request.pk, template="erasure_done") if request.contact_sealed else False
    with context.effect("tell") as marker:
        marker.count = int(reached)
        if request.subject_sealed is None:
            RightsRequest.objects.filter(pk=context.about).update(contact_sealed=None)
        audit.record(
            event="request.answered" if reached else "request.unanswered",
            actor=SYSTEM,
            subject_digest=request.subject_digest,
            about=request,
        )


def told(request: RightsRequest, letter: Letter, *, about: UUID, template: str) -> bool:
    """Whether the server took the message; False when it refused for too long. Raises Later in between."""
    key = message_id(about, template_name(template))
    try:
        for address in open_contact(request.contact_sealed or b"", request.pk).split():
            send_now(to=address, letter=letter, message_id=key, purpose=Purpose.LEGAL_DUTIES)
    except Exception as error:  # the request is answered: handed to staff, nobody could resume it or forget the address
        if clock.now() - request.receipt.issued_at > STOP_TELLING_AFTER:
            return False
        raise Later(TELL_AGAIN_SECONDS) from error
    return True
