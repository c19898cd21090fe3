"""Resuming a request whose job could not go on by itself."""

from uuid import UUID

from django.db import transaction

from privacy.actors import Actor
from privacy.jobs import engine
from privacy.models import Job, JobState
from rights_requests import rules, states
from rights_requests.errors import WrongState
from rights_requests.models import RightsRequest
from rights_requests.states import Event


@transaction.atomic
def resume(*, request_id: UUID, actor: Actor) -> RightsRequest:
    """Let the job of a request that needs attention go on from its first unfinished step.

    Raises NotFound, NotAllowed, OwnRequest, WrongState.
    """
    rules.require_staff(actor)
    job = Job.objects.select_for_update().filter(about=request_id, state=JobState.NEEDS_STAFF).first()
    request = states.locked(request_id)
    rules.require_other_person(request, actor)
    if job is None or not states.allows(request, Event.RESUME):
        raise WrongState
    request = states.advance(request_id=request_id, event=Event.RESUME, actor=actor)
    engine.resume(job_id=job.pk, actor=actor)
    return request
