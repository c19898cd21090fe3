"""What an answer is made of: the plan as staff read it, and how far the work is that carries it out."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from privacy.data_map.plan import PlanItem, plan
from privacy.models import JobState, JobStep
from privacy.vocabulary import Action, Right
from rights_requests.desk import gathering, queue
from rights_requests.models import CLOSED_STATES, RightsRequest
from rights_requests.selectors import job_of
from rights_requests.services import planning
from rights_requests.subjects import known

_PLANNED = (Right.ACCESS, Right.ERASURE, Right.PORTABILITY)
_ORDER = (Action.ERASE, Action.MASK, Action.KEEP, Action.EXPORT)


@dataclass(frozen=True)
class PlanView:
    """A plan as staff read it: what goes first, then what is blanked, then what stays; `rows` in all."""

    items: tuple[PlanItem, ...]
    rows: int
    hash: str
    deletes: bool


@dataclass(frozen=True)
class Work:
    """How far the job is; while it waits for staff: the step, the exception's name, and where something was left.

    `done` of `total` steps are done, and are not repeated; `moves` says that it goes on by itself.
    """

    state: Any
    steps: tuple[JobStep, ...]
    attempts: int
    failed_step: str
    failure: str
    places: tuple[str, ...]
    touched: int
    done: int
    total: int
    moves: bool


def plan_of(request: RightsRequest) -> PlanView | None:
    """The plan that was shown to the person and is stored on the request; for a copy, what would go into it today."""
    if request.plan:
        whole = planning.stored(request)
    elif request.state in CLOSED_STATES or not known(request) or request.right not in _PLANNED:
        return None
    else:
        whole = plan(gathering.subject(request), Right(request.right))
    items = sorted(whole.items, key=lambda item: _ORDER.index(item.action))
    rows = sum(item.count for item in items)
    return PlanView(tuple(items), rows, request.plan_hash or whole.hash, deletes=whole.right is Right.ERASURE)


def work_of(request: RightsRequest) -> Work | None:
    """The job that carries the request out and its steps; None before approval. One query, rarely two."""
    if not getattr(request, "has_job", True):
        return None
    of_it = JobStep.objects.filter(job__about=request.pk, job__kind=request.right)
    steps = tuple(of_it.select_related("job").order_by("started_at", "pk"))
    job = steps[0].job if steps else job_of(request)
    if job is None:
        return None
    stopped = job.state == JobState.NEEDS_STAFF and bool(job.failure)
    left: dict[str, Any] = next((step.detail for step in steps if step.name == job.failed_step), {}) if stopped else {}
    done, total = sum(step.done_at is not None for step in steps), queue.steps_total(request)
    return Work(
        state=_JOB_WORDS[JobState(job.state)],
        steps=steps,
        attempts=job.attempts,
        failed_step=job.failed_step if stopped else "",
        failure=job.failure if stopped else "",
        places=tuple(left.get("places", ())),
        touched=sum(step.count for step in steps),
        done=min(done, total),
        total=total,
        moves=job.state in {JobState.QUEUED, JobState.RUNNING} and request.state not in CLOSED_STATES,
    )


_JOB_WORDS = {
    JobState.QUEUED: gettext_lazy("waiting for a worker"),
    JobState.RUNNING: gettext_lazy("at work"),
    JobState.DONE: gettext_lazy("finished"),
    JobState.NEEDS_STAFF: gettext_lazy("stopped, waits for staff"),
    JobState.CANCELLED: gettext_lazy("cancelled"),
}
