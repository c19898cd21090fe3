"""Carries out what staff chose: one service each, with a record of who read what; errors stay those of the service."""

from typing import Any

from django.db import transaction

from privacy import audit
from privacy.actors import Actor
from rights_requests.desk import news
from rights_requests.desk.act import Act, Given, Staff
from rights_requests.desk.news import OutOfDate
from rights_requests.models import CLOSED_STATES, RightsRequest
from rights_requests.services import assigning


def refuse_old_page(*, request: RightsRequest, user: Staff, seen: str) -> None:
    """Raise OutOfDate when others did something to the request since its page was shown with the number `seen`."""
    if found := news.since(request, user, seen):
        raise OutOfDate(found)


def act(*, chosen: Act, request: RightsRequest, actor: Actor, given: Given) -> Any:
    """Do one act and return the sentence that says it is done; whoever decides has the request in hand from then on.

    Raises every RequestError of the service; nothing is decided then.
    """
    # Two transactions: a service that refuses may have stored a new plan, which has to stay.
    done = chosen.do(request.pk, actor, given)
    if chosen.claims and done.assignee_id is None and done.state not in CLOSED_STATES:
        assigning.assign(request_id=request.pk, actor=actor, to=actor.user_id)
    return chosen.done


@transaction.atomic
def record_view(*, request: RightsRequest, actor: Actor) -> None:
    """Put on record that a member of staff read this person's request; the person sees it too. Once per call."""
    audit.record(event="request.viewed", actor=actor, subject_digest=request.subject_digest, about=request)
