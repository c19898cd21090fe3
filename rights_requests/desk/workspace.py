"""What the workspace of one request shows: what to do next, the facts, the plan, what happened, and the work."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from privacy.data_map.plan import PlanItem, plan
from privacy.models import JobState, JobStep
from privacy.vocabulary import Action, Right
from rights_requests.desk import queue
from rights_requests.desk.act import Staff
from rights_requests.desk.panels import Panel, panels
from rights_requests.desk.powers import Powers, powers
from rights_requests.models import CLOSED_STATES, RefusalReason, RightsRequest, State
from rights_requests.selectors import extension, failure_of, job_of
from rights_requests.services import messaging, part_appeals, planning
from rights_requests.states import Event
from rights_requests.subjects import known, subject_of
from rights_requests.words import in_words

_HAPPENED = {
    Event.FILE: gettext_lazy("The request arrived"),
    Event.PREPARE: gettext_lazy("The erasure was recommended"),
    Event.APPROVE: gettext_lazy("The request was approved"),
    Event.REFUSE: gettext_lazy("The request was refused"),
    Event.WITHDRAW: gettext_lazy("The person withdrew the request"),
    Event.LAPSE: gettext_lazy("The request ended with an erasure of the same person’s data"),
    Event.START: gettext_lazy("The work began"),
    Event.FULFIL: gettext_lazy("The request was fulfilled"),
    Event.FAIL: gettext_lazy("The work stopped and needs a person"),
    Event.RESUME: gettext_lazy("The work was resumed"),
    Event.PLAN_CHANGED: gettext_lazy("What we hold changed: the decision starts again"),
    Event.ASK: gettext_lazy("The person was asked for something"),
    Event.ANSWER: gettext_lazy("The person answered"),
    Event.HAND_OVER: gettext_lazy("The request was handed over to the controller"),
    Event.MERGE: gettext_lazy("The request was closed as a duplicate"),
    Event.APPEAL: gettext_lazy("The person appealed the refusal"),
    Event.UPHOLD: gettext_lazy("The refusal was upheld"),
    Event.OVERTURN: gettext_lazy("The refusal was overturned: the decision starts again"),
    Event.APPEAL_PART: gettext_lazy("The person appealed that a part stays"),
    Event.UPHOLD_PART: gettext_lazy("That a part stays was upheld"),
    Event.GRANT_PART: gettext_lazy("An appeal was granted: the part goes too"),
    Event.LAPSE_PART: gettext_lazy("The appeal ended with another erasure of the same person’s data"),
    Event.END_HOLD: gettext_lazy("A legal hold ended: what it had kept goes too"),
    Event.REAPPLY: gettext_lazy("An old backup came back, and the ledger had the data erased again"),
}
_KINDS = {Event.FAIL: "late", Event.REFUSE: "bad", Event.PLAN_CHANGED: "late"}
_STAFF = "staff:"
_PLANNED = (Right.ACCESS, Right.ERASURE, Right.PORTABILITY)
_ORDER = (Action.ERASE, Action.MASK, Action.KEEP, Action.EXPORT)


@dataclass(frozen=True)
class Happened:
    """One entry of the timeline, in the form that the component takes."""

    at: datetime
    title: Any
    text: Any
    kind: str


@dataclass(frozen=True)
class PlanView:
    """A plan as staff read it: what goes first, then what is blanked, then what stays; `rows` in all."""

    items: tuple[PlanItem, ...]
    rows: int
    hash: str
    deletes: bool


@dataclass(frozen=True)
class Work:
    """How far the job is; while it waits for staff: the step, the exception's name, and where something was left."""

    state: Any
    steps: tuple[JobStep, ...]
    attempts: int
    failed_step: str
    failure: str
    places: tuple[str, ...]
    touched: int


@dataclass(frozen=True)
class Workspace:
    """Everything about one request that a member of staff needs to decide, on one page."""

    filed: RightsRequest
    next: str
    powers: Powers
    due: queue.Pill
    state: queue.Pill
    plan: PlanView | None
    happened: list[Happened]
    work: Work | None
    earlier: int
    refusal: Any
    panels: tuple[Panel, ...]


def workspace(request: RightsRequest, user: Staff) -> Workspace:
    """Gather the page of a request for this member of staff; reads only."""
    prefetch_related_objects([request], "decisions")
    allowed = powers(request, user)
    work = work_of(request)
    return Workspace(
        filed=request,
        next=what_next(request, user, allowed, work),
        powers=allowed,
        due=queue.due(request),
        state=queue.state(request),
        plan=plan_of(request),
        happened=happened(request),
        work=work,
        earlier=earlier_requests(request),
        refusal=RefusalReason(request.refusal_reason) if request.refusal_reason else None,
        panels=panels(request, user),
    )


def plan_of(request: RightsRequest) -> PlanView | None:
    """The plan that was shown to the person and is stored on the request; for a copy, what would go into it today."""
    if request.plan:
        whole = planning.stored(request)
    elif request.state in CLOSED_STATES or not known(request) or request.right not in _PLANNED:
        return None
    else:
        whole = plan(subject_of(request), Right(request.right))
    items = sorted(whole.items, key=lambda item: _ORDER.index(item.action))
    rows = sum(item.count for item in items)
    return PlanView(tuple(items), rows, request.plan_hash or whole.hash, deletes=whole.right is Right.ERASURE)


def happened(request: RightsRequest) -> list[Happened]:
    """Every transition of the request, oldest first, with who did it; staff see each other's addresses."""
    transitions, longer = list(request.transitions.all()), extension(request)
    extended_by = f"{_STAFF}{longer.decided_by_id}" if longer else ""
    names = _staff_names([extended_by, *(entry.actor for entry in transitions)])
    entries = [
        Happened(
            entry.occurred_at,
            _HAPPENED[Event(entry.event)],
            names.get(entry.actor, _("by the person") if entry.actor.startswith("subject:") else ""),
            _KINDS.get(Event(entry.event), "done"),
        )
        for entry in transitions
    ]
    if longer:
        entries.append(Happened(longer.decided_at, _("The term was made longer"), names[extended_by], "done"))
        entries.sort(key=lambda entry: entry.at)
    if entries and request.state not in CLOSED_STATES:
        last = entries[-1]
        entries[-1] = Happened(last.at, last.title, last.text, "late" if last.kind == "late" else "now")
    return entries


def work_of(request: RightsRequest) -> Work | None:
    """The job that carries the request out and its steps; None before approval."""
    job = job_of(request)
    if job is None:
        return None
    steps = tuple(job.steps.order_by("started_at", "pk"))
    failed = failure_of(request) if job.state == JobState.NEEDS_STAFF else None
    step, failure, places = failed or ("", "", [])
    return Work(
        state=_JOB_WORDS[JobState(job.state)],
        steps=steps,
        attempts=job.attempts,
        failed_step=step,
        failure=failure,
        places=tuple(places),
        touched=sum(step.count for step in steps),
    )


def earlier_requests(request: RightsRequest) -> int:
    """How many requests of the same person and right came before this one (for Art. 12(5): repetition)."""
    same = RightsRequest.objects.filter(subject_digest=request.subject_digest, right=request.right)
    return same.filter(received_at__lt=request.received_at).count()


_JOB_WORDS = {
    JobState.QUEUED: gettext_lazy("waiting for a worker"),
    JobState.RUNNING: gettext_lazy("at work"),
    JobState.DONE: gettext_lazy("finished"),
    JobState.NEEDS_STAFF: gettext_lazy("stopped, waits for staff"),
    JobState.CANCELLED: gettext_lazy("cancelled"),
}


_NEXT = {
    (Right.ACCESS, State.RECEIVED): gettext_lazy(
        "Check that nothing speaks against it, then approve: the copy is made and the person is told."
    ),
    (Right.RECTIFICATION, State.RECEIVED): gettext_lazy(
        "Compare old and new, decide on each, then approve: what you accepted is changed and the recipients are told."
    ),
    (Right.RESTRICTION, State.RECEIVED): gettext_lazy(
        "Check whether one of the cases of Art. 18 is given, then approve: from then on the data is only stored."
    ),
    (Right.PORTABILITY, State.RECEIVED): gettext_lazy(
        "Check that nothing speaks against it, then approve: the package is made, and sent if the person named someone."
    ),
    (Right.OBJECTION, State.RECEIVED): gettext_lazy(
        "Weigh the person’s reasons against ours. If ours do not clearly outweigh them, approve: that use ends."
    ),
    (Right.ERASURE, State.RECEIVED): gettext_lazy(
        "Read the plan. If it is right, recommend the erasure; a second person then approves it."
    ),
    (Right.ERASURE, State.PREPARED): gettext_lazy(
        "A colleague recommends this erasure. Read the plan yourself; your approval deletes for good."
    ),
}
_WROTE = gettext_lazy("The person wrote: read it below and answer, or mark it as read.")
_WAITS = gettext_lazy("Nothing to do until the person answers. You see here as soon as they do.")
_APPEALED = gettext_lazy("The person appealed the refusal. Somebody who did not refuse it reads it and decides.")
_PART_APPEALED = gettext_lazy(
    "The person appealed that a part stays. Somebody who took no part in keeping it reads it below and decides."
)
_RUNS_BY_ITSELF = gettext_lazy("Nothing to do: the work runs by itself, and you see here how far it is.")


def what_next(request: RightsRequest, user: Staff, allowed: Powers, work: Work | None) -> str:
    """In a few sentences, what this member of staff should do now; what the person wrote comes first."""
    if allowed.hindrance:
        return str(allowed.hindrance)
    if messaging.unread(request).exists():
        return f"{_WROTE} {_what_next(request, work)}"
    return _what_next(request, work)


def _what_next(request: RightsRequest, work: Work | None) -> str:
    if request.state in CLOSED_STATES:
        return _closed_words(request)
    if request.state == State.NEEDS_ATTENTION:
        return _needs_attention_words(work)
    if part_appeals.decidable(request):
        return str(_PART_APPEALED)
    whatever = {State.WAITING: _WAITS, State.APPEALED: _APPEALED}.get(State(request.state), _RUNS_BY_ITSELF)
    return str(_NEXT.get((Right(request.right), State(request.state)), whatever))


def _needs_attention_words(work: Work | None) -> str:
    if work is None or not work.failed_step:
        return _("The work stopped. Have the cause put right, then resume: finished steps are not repeated.")
    return _(
        "The work stopped at “%(step)s”. Have the cause (%(failure)s) put right, then resume: finished steps are not"
        " repeated."
    ) % {"step": work.failed_step, "failure": work.failure or _("unknown")}


def _closed_words(request: RightsRequest) -> str:
    closed = {"when": in_words(request.closed_at) if request.closed_at else ""}
    if request.state == State.REFUSED:
        return _("Nothing to do: the request was refused on %(when)s.") % closed
    if request.state == State.WITHDRAWN:
        return _("Nothing to do: the person withdrew the request on %(when)s.") % closed
    if request.state == State.HANDED_OVER:
        return _("Nothing to do: %(who)s answers it since %(when)s.") % {**closed, "who": request.handed_to}
    return _("Nothing to do: the request was answered on %(when)s.") % closed


def _staff_names(actors: Iterable[str]) -> dict[str, str]:
    """The e-mail address of each colleague who acted, by the actor's label; gone accounts keep their number."""
    ids = {UUID(actor.removeprefix(_STAFF)) for actor in actors if actor.startswith(_STAFF)}
    known = get_user_model().objects.in_bulk(ids) if ids else {}
    return {
        f"{_STAFF}{user_id}": _("by %(who)s") % {"who": known.get(user_id, _("a former colleague"))} for user_id in ids
    }
