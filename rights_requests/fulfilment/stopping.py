"""Carrying out a restriction or an objection: the stop is put in force, then the person is told (Art. 18 and 21)."""

from collections.abc import Iterator

from privacy.actors import SYSTEM
from privacy.jobs.context import JobContext
from privacy.jobs.registry import Step
from rights_requests import states
from rights_requests.fulfilment.frame import start, tell_done
from rights_requests.services import stopping


def stopping_steps(context: JobContext) -> Iterator[Step]:
    """The steps in order; each is done at most once whatever dies in between."""
    yield Step("start", start)
    yield Step("stop", put_in_force)
    yield Step("done", tell_done)


def put_in_force(context: JobContext) -> None:
    """Stop the uses that were asked for; the marker counts the stops."""
    with context.effect("stop") as marker:
        marker.count = stopping.put_in_force(states.locked(context.about), actor=SYSTEM)
