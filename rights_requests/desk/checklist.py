"""What to do next, as a checklist per right: each step is derived from what is so, and the next one stands out."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from privacy.vocabulary import Right
from rights_requests import states, words
from rights_requests.desk import gathering, identity, routing
from rights_requests.desk.act import Act
from rights_requests.desk.gathering import Ticked
from rights_requests.models import CLOSED_STATES, RightsRequest, State
from rights_requests.recipients.notices import ENDED
from rights_requests.services import acknowledging
from rights_requests.subjects import is_by_post
from rights_requests.vocabulary import HandStep

_DECIDED = frozenset({State.APPROVED, State.RUNNING, State.NEEDS_ATTENTION, State.COMPLETED, State.PART_APPEALED})
# Ended without the work: of such a request only what was done is left to say.
_WITHOUT_WORK = frozenset({State.REFUSED, State.WITHDRAWN, State.HANDED_OVER, State.APPEALED})
Question = Callable[[RightsRequest], bool]


def _always(_request: RightsRequest) -> bool:
    return True


@dataclass(frozen=True)
class Step:
    """One step: `is_done` asks the rows, `by_hand` is a thing only a person can do; `acts` do it, the first in front.

    `applies` says whether the request has such a step at all; `section` is the part of the page that it is about.
    """

    title: Any
    is_done: Question
    acts: tuple[str, ...] = ()
    applies: Question = _always
    by_hand: HandStep | None = None
    section: str = ""


@dataclass(frozen=True)
class Line:
    """A step as the workspace shows it: `state` is "done", "now", "look" (by hand, any time) or "later"."""

    title: Any
    state: str
    says: str
    acts: tuple[str, ...]
    by_hand: HandStep | None
    section: str


def _is_decided(request: RightsRequest) -> bool:
    return request.state in _DECIDED or request.state in _WITHOUT_WORK


def _is_recommended(request: RightsRequest) -> bool:
    return request.state == State.PREPARED or _is_decided(request)


def _goes_to_work(request: RightsRequest) -> bool:
    return request.state not in _WITHOUT_WORK


def _corrections_decided(request: RightsRequest) -> bool:
    proposals = list(request.proposals.all())
    return _is_decided(request) or (bool(proposals) and all(made.decision for made in proposals))


def _recipients_told(request: RightsRequest) -> bool:
    return all(notice.state in ENDED for notice in request.notices.all())


def _takes_one(request: RightsRequest) -> bool:
    return not states.takes_two(request)


_READ = Step(
    gettext_lazy("Read what the person wrote, and answer"),
    lambda request: not gathering.has_unread(request),
    ("read",),
    applies=gathering.has_unread,
    section="timeline",
)
_ANSWER = Step(
    gettext_lazy("The person answers our question"),
    lambda request: request.state != State.WAITING,
    ("answered",),
    applies=lambda request: request.state == State.WAITING,
    section="clock",
)
_APPEAL = Step(
    gettext_lazy("Decide on the appeal, as somebody who did not refuse"),
    lambda request: request.state != State.APPEALED,
    ("overturn", "uphold"),
    applies=lambda request: request.state == State.APPEALED,
    section="thread",
)
_PART_APPEAL = Step(
    gettext_lazy("Decide on the appeal of the part, as somebody who did not keep it"),
    lambda request: request.state != State.PART_APPEALED,
    ("grant-part", "uphold-part"),
    applies=lambda request: request.state == State.PART_APPEALED,
    section="parts",
)
_CONFIRM = Step(
    gettext_lazy("Tell the person by letter or telephone that their request is here"),
    lambda request: not acknowledging.is_owed(request),
    ("acknowledge",),
    applies=is_by_post,
    section="clock",
)
_IDENTITY = Step(
    gettext_lazy("Be sure who asks"),
    lambda request: _is_decided(request) or not identity.open_checks(request),
    ("accept-check", "fail-check", "agree-document", "drop-doubt"),
    section="identity",
)
_OWNER = Step(
    gettext_lazy("Pass on what a Customer decides about"),
    lambda request: bool(request.handed_to),
    ("hand-over", "name-customer"),
    applies=routing.is_theirs_too,
    section="routing",
)
_PLAN = Step(gettext_lazy("Read what we hold"), _is_decided, by_hand=HandStep.PLAN, section="plan")
_OTHERS = Step(
    gettext_lazy("Look whether it is about others too"),
    _is_decided,
    ("leave-out",),
    by_hand=HandStep.PARTS,
    section="plan",
)
_STAYS = Step(
    gettext_lazy("Look whether the law wants a part to stay"),
    _is_decided,
    ("keep-part",),
    by_hand=HandStep.PARTS,
    section="plan",
)
_CORRECTIONS = Step(
    gettext_lazy("Decide on each correction"),
    _corrections_decided,
    ("accept-all", "decide-proposals"),
    section="corrections",
)
_GROUND = Step(
    gettext_lazy("Check whether one of the cases of Art. 18 is given"),
    _is_decided,
    by_hand=HandStep.GROUND,
    section="facts",
)
_REASONS = Step(
    gettext_lazy("Weigh their reasons against ours (Art. 21)"), _is_decided, by_hand=HandStep.REASONS, section="facts"
)
_APPROVE = Step(gettext_lazy("Decide"), _is_decided, ("approve", "ask-second", "refuse"), applies=_takes_one)
_RECOMMEND = Step(
    gettext_lazy("A first person decides"), _is_recommended, ("prepare", "refuse"), applies=states.takes_two
)
_SECOND = Step(
    gettext_lazy("A second person approves it"),
    _is_decided,
    ("approve", "refuse"),
    applies=lambda request: states.takes_two(request) and _goes_to_work(request),
)
_WORK = Step(
    gettext_lazy("The work is done, by itself"),
    lambda request: request.state in {State.COMPLETED, State.PART_APPEALED},
    ("resume",),
    applies=_goes_to_work,
    section="work",
)
_RECIPIENTS = Step(
    gettext_lazy("Everyone who has the data from us is told (Art. 19)"),
    _recipients_told,
    ("recipient",),
    applies=lambda request: bool(request.notices.all()),
    section="recipients",
)
_TOLD = Step(gettext_lazy("The person is told"), lambda request: request.closed_at is not None, section="timeline")

_BEFORE = (_PART_APPEAL, _APPEAL, _READ, _ANSWER, _CONFIRM, _IDENTITY, _OWNER)
_AFTER = (_APPROVE, _RECOMMEND, _SECOND, _WORK, _RECIPIENTS, _TOLD)
STEPS: Mapping[Right, tuple[Step, ...]] = MappingProxyType(
    {
        Right.ACCESS: (*_BEFORE, _PLAN, _OTHERS, *_AFTER),
        Right.PORTABILITY: (*_BEFORE, _PLAN, _OTHERS, *_AFTER),
        Right.RECTIFICATION: (*_BEFORE, _CORRECTIONS, *_AFTER),
        Right.ERASURE: (*_BEFORE, _PLAN, _STAYS, *_AFTER),
        Right.RESTRICTION: (*_BEFORE, _GROUND, *_AFTER),
        Right.OBJECTION: (*_BEFORE, _REASONS, *_AFTER),
    }
)


def checklist(request: RightsRequest, acts: Iterable[Act]) -> tuple[Line, ...]:
    """The steps of this request, in order; the first that waits and is not a look by hand is the one to do now.

    `acts` are those open to the member of staff who reads it. A look by hand holds nothing up: whoever decides says
    with it that they looked. No query on a request from `gathering`.
    """
    open_acts = {act.name for act in acts}
    ticks = gathering.ticks(request)
    lines: list[Line] = []
    found = False
    for step in STEPS[Right(request.right)]:
        if not step.applies(request):
            continue
        tick = ticks.get(step.by_hand or "")
        state = _state(step, request, tick, found)
        found = found or state == "now"
        offered = tuple(name for name in step.acts if name in open_acts) if state != "done" else ()
        says = _ticked(tick) if tick else ""
        lines.append(Line(step.title, state, says, offered, step.by_hand, step.section))
    return tuple(lines)


def _state(step: Step, request: RightsRequest, tick: Ticked | None, found: bool) -> str:
    if tick is not None or step.is_done(request):
        return "done"
    if step.by_hand:
        return "later" if request.state in CLOSED_STATES else "look"
    return "later" if found else "now"


def _ticked(tick: Ticked) -> str:
    return _("%(who)s, %(when)s") % {"who": tick.who or _("a former colleague"), "when": words.moment(tick.at)}
