"""Recipients are told of what a person corrected by themselves, as of every rectification (Art. 16, 19 GDPR)."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from privacy.actors import SYSTEM, Actor
from privacy.data_map import rectify
from privacy.data_map.subject import Subject, subject_of_user
from privacy.jobs import engine
from privacy.vocabulary import Right
from rights_requests import states
from rights_requests.errors import RequestError
from rights_requests.models import CLOSED_STATES, Proposal, RightsRequest
from rights_requests.selectors import receiving_now
from rights_requests.services.filing import Asked, Asker, file
from rights_requests.states import Event
from rights_requests.vocabulary import OWN_CORRECTION, Answer, IdentityMethod


def wants(slug: str) -> bool:
    """Whether a recipient of the register gets data of this holding now."""
    return any(slug in recipient.slugs for recipient in receiving_now())


@transaction.atomic
def take(user_id: UUID, slug: str, row_key: str, former: Mapping[str, str]) -> bool:
    """File a rectification that is accepted already, for all that is left of it is to tell recipients.

    The person did it, signed in, and can follow it as any request; nobody decides on it, and no letter calls it one.
    False, and nothing is done, while another rectification of theirs is open or there were too many such today. It is
    in the way of nothing that the person asks: a correction of something else they file beside it, and it is none of
    their requests of the day.
    """
    if not wants(slug):
        return True
    subject = subject_of_user(user_id)
    mine = RightsRequest.objects.filter(subject_digest__in=subject.same_digests, right=Right.RECTIFICATION)
    if mine.filter(requester_digest__in=("", OWN_CORRECTION)).exclude(state__in=CLOSED_STATES).exists():
        return False
    actor = Actor.subject(user_id, subject.digest)

    def attach(request: RightsRequest) -> None:
        Proposal.objects.bulk_create(_accepted(request, subject, slug, row_key, former))

    try:
        filed = file(
            actor=actor,
            asker=Asker(subject, IdentityMethod.ACCOUNT, own_correction=True),
            asked=Asked(Right.RECTIFICATION),
            attach=attach,
        )
    except RequestError:
        return False
    engine.enqueue(kind=Right.RECTIFICATION, about=filed.request.pk)
    states.advance(request_id=filed.request.pk, event=Event.APPROVE, actor=SYSTEM)
    return True


def _accepted(
    request: RightsRequest, subject: Subject, slug: str, row_key: str, former: Mapping[str, str]
) -> list[Proposal]:
    """What each field said, and what it says now."""
    found = {name: rectify.find(subject, slug, row_key, name) for name in former}
    return [
        Proposal(
            request=request,
            holding=slug,
            field=name,
            row_key=row_key,
            old=former[name],
            new=value.text,
            decision=Answer.ACCEPTED,
            decided_at=Now(),
        )
        for name, value in found.items()
        if value is not None
    ]
