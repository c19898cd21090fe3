"""After an old backup came back: requests of a person who was erased again are answered again, and none stays open."""

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from privacy import clock
from privacy.actors import SYSTEM
from privacy.digests import every_form
from privacy.ledger import FoundAgain
from privacy.mail.language import in_their_language
from privacy.vocabulary import Right
from rights_requests import states
from rights_requests.fulfilment.ending import FORGOTTEN, forget_appeals, stop_jobs
from rights_requests.fulfilment.receipt import issue, renew
from rights_requests.models import CLOSED_STATES, Receipt, RightsRequest
from rights_requests.services import planning, telling
from rights_requests.states import Event
from rights_requests.vocabulary import Answer


def settle_requests(found: FoundAgain) -> None:
    """Complete the erasures that this database still has open, and end whatever else the person had asked.

    An applier of the ledger, in its transaction. Where rows still named the person, what was erased now is on a new
    receipt. They were told in the time that is lost; their address is gone, so nobody is told again. Safe where the
    requests are closed already. An account that stays under a legal hold is closed all the same.
    """
    if found.subject is not None:
        get_user_model().objects.filter(pk=found.subject.user_id).update(is_active=False)  # type: ignore[misc] # None finds nobody
    theirs = RightsRequest.objects.filter(subject_digest__in=every_form(found.entry.digests))
    open_ones = theirs.exclude(state__in=CLOSED_STATES)
    mine = list(open_ones.order_by("pk").values_list("pk", "right"))
    stop_jobs(mine)
    telling.end_others(request_id=found.entry.request_id, digests=found.entry.digests)
    forget_appeals(found.entry.digests, but=found.entry.request_id)
    answered = set(
        Receipt.objects.filter(request__in=[request_id for request_id, _right in mine]).values_list("pk", flat=True)
    )
    for request_id, right in mine:
        if right == Right.ERASURE and found.subject is not None and request_id not in answered:
            _receipt_again(states.locked(request_id), found)
    for request_id, right in mine:
        event = Event.REAPPLY if right == Right.ERASURE else Event.LAPSE
        states.advance(request_id=request_id, event=event, actor=SYSTEM, reason="erasure", changes=FORGOTTEN)


def settle_part(found: FoundAgain) -> None:
    """Let a request know that what its erasure had left went after all, and renew its receipt.

    An applier of the ledger, in its transaction. That somebody granted it, and who, may be known to the lost database
    only. Safe where all that is known already.
    """
    request = RightsRequest.objects.filter(pk=found.entry.request_id).first()
    if request is None:
        return
    stop_jobs([(request.pk, request.right)])
    request, now, slugs = states.locked(request.pk), clock.now(), found.entry.scope.split()
    parts = planning.left_out(request.pk).filter(holding__in=slugs, lifted_at__isnull=True)
    parts.update(answer=Answer.ACCEPTED, answered_at=now, lifted_at=now, appeal_text="")
    receipt = Receipt.objects.filter(request=request).first()
    if receipt is not None and any(line["kept"] for line in receipt.content["categories"] if line["slug"] in slugs):
        proofs = {"ledger": {"seq": found.entry.seq, "hash": found.entry.hash}, "residue": found.searched}
        erased = {slug: found.counts.get(f"holding:{slug}", 0) for slug in slugs}
        renew(receipt, erased, proofs, now.isoformat())
    if request.state not in CLOSED_STATES:
        states.advance(request_id=request.pk, event=Event.REAPPLY, actor=SYSTEM, reason="erasure", changes=FORGOTTEN)


@in_their_language
def _receipt_again(request: RightsRequest, found: FoundAgain) -> None:
    """What was erased this time, with the ledger's entry of the first time."""
    # Why it was spared may be known to the lost database only.
    lost = dict.fromkeys(found.entry.scope.split(), _("An exception of the law was found (Art. 17(3) GDPR)."))
    request.plan = planning.stored(request).sparing(lost | dict(planning.spared(request.pk))).as_json()
    place = {"seq": found.entry.seq, "hash": found.entry.hash}
    proofs = {"residue": found.searched, "ledger": place}
    issue(request, found.counts, proofs, clock.now().isoformat())
