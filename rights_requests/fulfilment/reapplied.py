"""After an old backup came back: requests of a person who was erased again are answered again, and none stays open."""

from django.utils.translation import gettext as _

from privacy import clock
from privacy.actors import SYSTEM
from privacy.data_map.plan import Plan
from privacy.ledger import FoundAgain
from privacy.vocabulary import Right
from rights_requests import states
from rights_requests.fulfilment.ending import FORGOTTEN, stop_jobs
from rights_requests.fulfilment.receipt import issue
from rights_requests.models import CLOSED_STATES, RightsRequest
from rights_requests.services import planning, telling
from rights_requests.states import Event


def settle_requests(found: FoundAgain) -> None:
    """Complete the erasures that this database still has open, and end whatever else the person had asked.

    An applier of the ledger, in its transaction. Where rows still named the person, what was erased now is on a new
    receipt. They were told in the time that is lost; their address is gone, so nobody is told again. Safe where the
    requests are closed already.
    """
    open_ones = RightsRequest.objects.filter(subject_digest__in=found.entry.digests).exclude(state__in=CLOSED_STATES)
    mine = list(open_ones.order_by("pk").values_list("pk", "right"))
    stop_jobs(mine)
    telling.end_others(request_id=found.entry.request_id, digests=found.entry.digests)
    for request_id, right in mine:
        if right == Right.ERASURE and found.subject is not None:
            _receipt_again(states.locked(request_id), found)
    for request_id, right in mine:
        event = Event.REAPPLY if right == Right.ERASURE else Event.LAPSE
        states.advance(request_id=request_id, event=event, actor=SYSTEM, reason="erasure", changes=FORGOTTEN)


def _receipt_again(request: RightsRequest, found: FoundAgain) -> None:
    """What was erased this time, with the ledger's entry of the first time."""
    plan = Plan.from_json(request.plan) if request.plan else Plan(Right.ERASURE, (), "")
    # Why it was spared may be known to the lost database only.
    reasons = dict.fromkeys(found.entry.scope.split(), str(_("An exception of the law was found (Art. 17(3) GDPR).")))
    request.plan = plan.sparing(reasons | dict(planning.spared(request.pk))).as_json()
    place = {"seq": found.entry.seq, "hash": found.entry.hash}
    proofs = {"residue": found.searched, "ledger": place}
    issue(request, found.counts, proofs, clock.now().isoformat())
