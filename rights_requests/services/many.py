"""Doing one thing to many requests: each by itself, as it was seen when it was chosen, and each with its own answer."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from privacy.actors import Actor
from rights_requests import rules, states
from rights_requests.errors import ChangedMeanwhile, RequestError
from rights_requests.models import RightsRequest

# So many at once: each is locked, written and told of by itself, while somebody waits for the answer.
MOST_AT_ONCE = 100


@dataclass(frozen=True)
class Chosen:
    """A request as it stood before whoever chose it; `seen` is what `seen_as` said then."""

    request_id: UUID
    reference: str
    seen: str


@dataclass(frozen=True)
class Outcome:
    """What became of one: done, or in a sentence why not."""

    chosen: Chosen
    done: bool
    message: Any


def seen_as(request: RightsRequest) -> str:
    """A mark for how the request stands: another one as soon as its state, its term or who has it is another."""
    moments = (request.due_at, request.paused_at, request.extended_at)
    stands = (request.state, request.assignee_id, *(moment and moment.timestamp() for moment in moments))
    return hashlib.sha256(repr([str(part) for part in stands]).encode()).hexdigest()[:16]


def each(*, chosen: Iterable[Chosen], actor: Actor, do: Callable[[UUID, Actor], Any], done: Any) -> list[Outcome]:
    """Do it to each, in a transaction of its own, so that what one refuses stops no other; `done` says that it is done.

    A request that somebody changed after it was chosen is left alone, and the answer says how it stands. Raises
    NotAllowed for whoever may not decide on requests at all; everything else is in the answers.
    """
    rules.require_staff(actor)
    return [_one(one, actor, do, done) for one in chosen]


def _one(chosen: Chosen, actor: Actor, do: Callable[[UUID, Actor], Any], done: Any) -> Outcome:
    try:
        with transaction.atomic():
            request = states.locked(chosen.request_id)
            if seen_as(request) != chosen.seen:
                raise ChangedMeanwhile(request.get_state_display(), str(request.assignee or ""))
            do(request.pk, actor)
    except RequestError as error:
        return Outcome(chosen, done=False, message=error.message)
    return Outcome(chosen, done=True, message=done)
