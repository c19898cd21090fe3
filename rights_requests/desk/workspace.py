"""What the workspace of one request shows: what to do next, the facts, the plan, what happened, and the work."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from privacy.desk.acts import Pill
from rights_requests.desk import gathering, queue
from rights_requests.desk.act import Offer, Staff
from rights_requests.desk.checklist import Line, checklist
from rights_requests.desk.next_words import what_next
from rights_requests.desk.panels import Panel, panels
from rights_requests.desk.person import named
from rights_requests.desk.powers import Powers, powers
from rights_requests.desk.timeline import Timeline, timeline
from rights_requests.desk.work import PlanView, Work, plan_of, work_of
from rights_requests.models import RefusalReason, RightsRequest


@dataclass(frozen=True)
class ShownStep:
    """A step of the checklist with the acts that do it."""

    line: Line
    offers: tuple[Offer, ...]


@dataclass(frozen=True)
class Workspace:
    """Everything about one request that a member of staff needs to decide, on one page.

    `seen` is the number up to which the page shows what was done: who acts from it is told of what came after.
    """

    filed: RightsRequest
    person: str
    next: str
    powers: Powers
    due: Pill
    state: Pill
    steps: tuple[Line, ...]
    plan: PlanView | None
    timeline: Timeline
    work: Work | None
    earlier: int
    refusal: Any
    panels: tuple[Panel, ...]
    seen: int

    @property
    def sections(self) -> frozenset[str]:
        """The places of this page to which a step may lead."""
        some = {"plan": self.plan, "work": self.work, **{panel.name: panel for panel in self.panels}}
        return frozenset({"facts", "timeline", *(name for name, part in some.items() if part)})


def workspace(request: RightsRequest, user: Staff, asked: Mapping[str, str]) -> Workspace:
    """Gather the page of a request from `gathering` for this member of staff; reads only.

    `asked` is what the address asks of the timeline: `show` and `before`.
    """
    allowed = powers(request, user)
    work = work_of(request)
    return Workspace(
        filed=request,
        person=named(request),
        next=what_next(request, user, allowed, work),
        powers=allowed,
        due=queue.due(request),
        state=queue.state(request),
        steps=checklist(request, allowed.acts),
        plan=plan_of(request),
        timeline=timeline(request, show=asked.get("show", ""), before=asked.get("before", "")),
        work=work,
        earlier=getattr(request, "earlier_count", 0),
        refusal=RefusalReason(request.refusal_reason) if request.refusal_reason else None,
        panels=panels(request, user),
        seen=gathering.newest_entry(request),
    )


def laid_out(work: Workspace, offers: Mapping[str, Offer]) -> dict[str, Any]:
    """Where each act stands: at its step, below the steps (`more`), or beside them; each stands once."""
    placed: set[str] = set()
    steps = []
    for line in work.steps:
        names = [name for name in line.acts if name in offers and name not in placed]
        placed.update(names)
        steps.append(ShownStep(line, tuple(offers[name] for name in names)))
    others = [found for name, found in offers.items() if name not in placed]
    return {
        "steps": steps,
        "more": [found for found in others if found.act.in_front],
        "beside": [found for found in others if not found.act.in_front],
    }
