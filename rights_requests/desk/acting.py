"""Carries out what staff chose: one service each, with a record of who read what; errors stay those of the service."""

from typing import Any

from django.db import transaction

from privacy import audit
from privacy.actors import Actor
from rights_requests.desk.act import Act, Given
from rights_requests.models import RightsRequest


def act(*, chosen: Act, request: RightsRequest, actor: Actor, given: Given) -> Any:
    """Do one act and return the sentence that says it is done.

    Raises every RequestError of the service; nothing is changed then.
    """
    chosen.do(request.pk, actor, given)
    return chosen.done


@transaction.atomic
def record_view(*, request: RightsRequest, actor: Actor) -> None:
    """Put on record that a member of staff read this person's request; the person sees it too. Once per call."""
    audit.record(event="request.viewed", actor=actor, subject_digest=request.subject_digest, about=request)
