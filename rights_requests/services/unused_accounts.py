"""An account that nobody used for its whole term is erased like any other: same plan, engine, search and receipt."""

from uuid import UUID

from django.db import transaction

from privacy.actors import SYSTEM, Actor
from privacy.data_map.subject import subject_of_user
from privacy.jobs import engine
from privacy.vocabulary import Right
from rights_requests import states
from rights_requests.contact import seal_contact
from rights_requests.errors import RequestError
from rights_requests.models import CLOSED_STATES, RightsRequest
from rights_requests.services.filing import Asked, Asker, file
from rights_requests.states import Event
from rights_requests.subjects import addresses_to_tell
from rights_requests.vocabulary import UNUSED_ACCOUNT, ErasureGround


@transaction.atomic
def close(actor: Actor, user_id: UUID) -> bool:
    """File the erasure of an account in our own name, and have it carried out (promise P3.1, Art. 5(1)(e) GDPR).

    No staff decide: the rule does, which is published, and the person was told twice (see docs/decisions/). False, and
    nothing is done, while the person asks for their erasure themselves.
    """
    subject = subject_of_user(user_id)
    theirs = RightsRequest.objects.filter(subject_digest__in=subject.digests(), right=Right.ERASURE)
    if theirs.exclude(state__in=CLOSED_STATES).exists():
        return False
    asked = Asked(Right.ERASURE, ground=ErasureGround.NO_LONGER_NEEDED, waives_cooling=True)
    try:
        request = file(actor=actor, asker=Asker(subject, None, in_our_name=UNUSED_ACCOUNT), asked=asked).request
    except RequestError:
        return False
    states.advance(request_id=request.pk, event=Event.PREPARE, actor=SYSTEM)
    engine.enqueue(kind=Right.ERASURE, about=request.pk)
    sealed = seal_contact("\n".join(addresses_to_tell(request)), request.pk)
    states.advance(request_id=request.pk, event=Event.APPROVE, actor=SYSTEM, changes={"contact_sealed": sealed})
    return True
