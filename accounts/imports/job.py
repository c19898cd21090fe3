"""The job behind an import: everybody is enrolled in one step, then told batch by batch, then it is over."""

from collections.abc import Iterable

from accounts.imports import applying
from privacy.jobs.context import JobContext
from privacy.jobs.registry import Step

# So many people are told in one batch at most; each batch is committed with the rows that it used up.
AT_ONCE = 200


def steps(context: JobContext) -> Iterable[Step]:
    """A death before the first marker leaves nobody enrolled; after it, whoever is not told yet is told next."""
    yield Step("enrol", _enrol)
    yield Step("tell", _tell)
    yield Step("finish", _finish)


def _enrol(context: JobContext) -> None:
    with context.effect("enrol") as marker:
        if not applying.enrol_all(context.about):
            context.cancel()
        marker.count = 1


def _tell(context: JobContext) -> None:
    limit = context.at_once(AT_ONCE)
    context.batches([("tell", lambda: applying.tell(context.about, limit))], limit=limit)


def _finish(context: JobContext) -> None:
    with context.effect("finish"):
        applying.finish(context.about)
