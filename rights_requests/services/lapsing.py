"""What ends with an erasure: the person's other requests, and those in which they asked for somebody else."""

from privacy.actors import SYSTEM
from privacy.data_map.subject import Subject
from rights_requests import letters_to_subject, notifications, rules, states
from rights_requests.fulfilment.ending import FORGOTTEN
from rights_requests.models import Receipt, RightsRequest
from rights_requests.services import stopping
from rights_requests.states import Event
from rights_requests.subjects import address_of


def lapse(request: RightsRequest, *, erased: Subject) -> RightsRequest:
    """End a request that an erasure leaves unanswerable, in the caller's transaction, the request locked.

    Nothing stays in it by which to find the erased person. Whoever else stands behind it is told: an agent whose data
    subject was erased, or the data subject for whom nobody asks any more. An erasure that had its receipt and was open
    for a part of it is completed, as it was. Raises WrongState where it is closed.
    """
    rest_ends = stopping.end_of_weighing(request, actor=SYSTEM)
    if _is_about(request, erased):
        forgotten = dict(FORGOTTEN)
        by_another = rules.stands_in(request) and request.requester_digest not in erased.digests()
        if by_another and request.requester_sealed is not None:
            notifications.lapsed(request, to=address_of(request))
    else:
        forgotten = {name: None for name in FORGOTTEN if name != "subject_sealed"}
        letters_to_subject.outcome(request, "unanswerable", rest_ends=rest_ends)
    event = Event.LAPSE_PART if Receipt.objects.filter(request=request).exists() else Event.LAPSE
    return states.advance(request_id=request.pk, event=event, actor=SYSTEM, reason="erasure", changes=forgotten)


def _is_about(request: RightsRequest, person: Subject) -> bool:
    by_account = person.user_id is not None and request.subject_user_id == person.user_id
    return by_account or request.subject_digest in person.digests()
