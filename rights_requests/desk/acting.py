"""Carries out what staff chose: one service each, with a record of who read what; errors stay those of the service."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from privacy import audit
from privacy.actors import Actor
from rights_requests.models import RefusalReason, RightsRequest
from rights_requests.services import assigning, deciding, resuming

Given = Mapping[str, Any]
Doing = Callable[[UUID, Actor, Given], RightsRequest]


def _prepare(request_id: UUID, actor: Actor, given: Given) -> RightsRequest:
    return deciding.prepare(request_id=request_id, actor=actor, plan_hash=given["plan_hash"] or None)


def _approve(request_id: UUID, actor: Actor, given: Given) -> RightsRequest:
    return deciding.approve(request_id=request_id, actor=actor, plan_hash=given["plan_hash"] or None)


def _refuse(request_id: UUID, actor: Actor, given: Given) -> RightsRequest:
    reason = RefusalReason(given["reason"])
    return deciding.refuse(request_id=request_id, actor=actor, reason=reason, text=given["text"])


def _resume(request_id: UUID, actor: Actor, given: Given) -> RightsRequest:
    return resuming.resume(request_id=request_id, actor=actor)


def _take(request_id: UUID, actor: Actor, given: Given) -> RightsRequest:
    return assigning.assign(request_id=request_id, actor=actor, to=actor.user_id)


def _give_back(request_id: UUID, actor: Actor, given: Given) -> RightsRequest:
    return assigning.assign(request_id=request_id, actor=actor, to=None)


DOINGS: Mapping[str, tuple[Doing, Any]] = MappingProxyType(
    {
        "prepare": (_prepare, _("You recommended the erasure. A second person now decides.")),
        "approve": (_approve, _("You approved the request. The work has begun; the person is told when it is done.")),
        "refuse": (_refuse, _("You refused the request. The person gets your reason by mail.")),
        "resume": (_resume, _("The work goes on from the step where it stopped.")),
        "take": (_take, _("The request is yours.")),
        "give-back": (_give_back, _("The request is free for a colleague.")),
    }
)


def act(*, name: str, request_id: UUID, actor: Actor, given: Given) -> Any:
    """Do one act by its name and return the sentence that says it is done.

    Raises KeyError for an unknown name and every RequestError of the service; nothing is changed then.
    """
    doing, done = DOINGS[name]
    doing(request_id, actor, given)
    return done


@transaction.atomic
def record_view(*, request: RightsRequest, actor: Actor) -> None:
    """Put on record that a member of staff read this person's request; the person sees it too. Once per call."""
    audit.record(event="request.viewed", actor=actor, subject_digest=request.subject_digest, about=request)
