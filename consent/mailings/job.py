"""The job that sends a promotional message: a step for each batch of readers, then a wait until all has left."""

from collections.abc import Iterable
from functools import partial
from uuid import UUID

from consent.mailings import copies, sending
from consent.mailings.models import Mailing
from consent.mailings.reach import live
from consent.models import Subscription
from privacy.jobs.context import JobContext, Later
from privacy.jobs.registry import Step

AT_ONCE = 200
# The queue is looked at again after so long; what a mail server does not take stays there for days.
LOOK_AGAIN_SECONDS = 10.0


def steps(context: JobContext) -> Iterable[Step]:
    """One step for each batch; where it ended is in its marker, so a death loses nobody and doubles nobody."""
    mailing = Mailing.objects.get(pk=context.about)
    after, number, more = "", 0, True
    while more:
        name = f"batch {number}"
        yield Step(name, partial(_queue, name, mailing, after))
        done = context.detail_of(name)
        after, more, number = str(done.get("after", "")), bool(done.get("more")), number + 1
    yield Step("all has left", partial(_wait, mailing))


def next_readers(mailing: Mailing, after: str, limit: int) -> list[Subscription]:
    """The next ones, by key, held until the caller's transaction ends.

    Whoever ends their subscription at this instant waits until their copy is in the queue, and then takes it back.
    """
    found = live(mailing.topic).order_by("pk").select_for_update(no_key=True)
    return list((found.filter(pk__gt=UUID(after)) if after else found)[:limit])


def _queue(name: str, mailing: Mailing, after: str, context: JobContext) -> None:
    limit = context.at_once(AT_ONCE)
    with context.effect(name) as marker:
        readers = next_readers(mailing, after, limit)
        marker.count = copies.make(mailing, readers)
        marker.detail = {"after": str(readers[-1].pk) if readers else after, "more": len(readers) == limit}


def _wait(mailing: Mailing, context: JobContext) -> None:
    with context.transaction():
        waiting = copies.settle(mailing)
    if waiting:
        raise Later(LOOK_AGAIN_SECONDS)
    with context.effect("all has left"):
        sending.end(mailing.pk)
