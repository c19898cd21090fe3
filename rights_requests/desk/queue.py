"""The queue as staff see it: which requests, how long is left, and how far the work is, in few queries by index."""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from privacy import attention
from privacy.data_map.erase import erase_order
from privacy.data_map.registry import registry
from privacy.desk.acts import Pill
from privacy.models import JobStep
from privacy.vocabulary import Right
from rights_requests.models import CLOSED_STATES, Message, RecipientNotice, RightsRequest, State
from rights_requests.models.request import ATTENTION, CLOSED, OPEN, TURN
from rights_requests.vocabulary import MessageKind
from rights_requests.words import day, days_between

SOON_DAYS = 7
URGENT_DAYS = 2


@dataclass(frozen=True)
class View:
    """One way to look at the queue: a tab."""

    title: Any
    condition: Callable[[UUID, datetime], Q]


# Whose clock runs: while it stands still for a question, a request comes no nearer to its end.
RUNS = OPEN & Q(paused_at=None)
# That the person wrote something that nobody has dealt with yet.
UNREAD = Exists(Message.objects.filter(request=OuterRef("pk"), kind=MessageKind.FROM_PERSON, read_at__isnull=True))
# That a recipient waits for staff, who tell or ask them themselves; also long after the request was answered.
RECIPIENT_WAITS = Exists(
    RecipientNotice.objects.filter(request=OuterRef("pk"), ended_at__isnull=True, next_at__isnull=True)
)
VIEWS: Mapping[str, View] = MappingProxyType(
    {
        "open": View(gettext_lazy("Open"), lambda user_id, now: OPEN),
        "mine": View(gettext_lazy("Mine"), lambda user_id, now: OPEN & Q(assignee=user_id)),
        "unassigned": View(gettext_lazy("Unassigned"), lambda user_id, now: OPEN & Q(assignee=None)),
        "soon": View(
            gettext_lazy("Due this week"),
            lambda user_id, now: RUNS & Q(due_at__gte=now, due_at__lt=now + timedelta(days=SOON_DAYS)),
        ),
        "late": View(gettext_lazy("Late"), lambda user_id, now: RUNS & Q(due_at__lt=now)),
        "waiting": View(gettext_lazy("Waiting"), lambda user_id, now: Q(state=State.WAITING)),
        "messages": View(gettext_lazy("New messages"), lambda user_id, now: Q(UNREAD)),
        "recipients": View(gettext_lazy("Recipients"), lambda user_id, now: Q(RECIPIENT_WAITS)),
        "attention": View(gettext_lazy("Needs attention"), lambda user_id, now: ATTENTION),
        "closed": View(gettext_lazy("Done"), lambda user_id, now: CLOSED),
    }
)

DEFAULT_VIEW = "open"
# Views of open requests and of those that are done, found by what is few: the messages, the notices.
OF_ALL = frozenset({"messages", "recipients"})
# What is due first stands on top, and of that what came first; of what is done, what was done last.
ORDER = TURN
ORDER_OF_DONE = ("-closed_at", "-pk")
ALARMING = frozenset({"late", "attention"})
RIGHTS = MappingProxyType(
    {
        Right.ACCESS: gettext_lazy("Access"),
        Right.RECTIFICATION: gettext_lazy("Rectification"),
        Right.ERASURE: gettext_lazy("Erasure"),
        Right.RESTRICTION: gettext_lazy("Restriction"),
        Right.PORTABILITY: gettext_lazy("Portability"),
        Right.OBJECTION: gettext_lazy("Objection"),
    }
)
# The fixed steps of each job (rights_requests.fulfilment); a test compares them with what really runs.
_STEPS = {Right.ACCESS: 3, Right.RECTIFICATION: 5, Right.PORTABILITY: 5, Right.RESTRICTION: 3, Right.OBJECTION: 3}
_ERASURE_STEPS = 12
_WORKING = (State.APPROVED, State.RUNNING, State.NEEDS_ATTENTION)


def condition(view: str, user_id: UUID) -> Q:
    """Which requests stand in a view, for this member of staff and now; raises KeyError for an unknown view."""
    return VIEWS[view].condition(user_id, timezone.now())


def listed(requests: QuerySet[RightsRequest]) -> QuerySet[RightsRequest]:
    """The requests with what a line of the queue shows, in one query; what the person wrote is left where it is."""
    steps = (
        JobStep.objects.filter(job__about=OuterRef("pk"), job__kind=OuterRef("right"), done_at__isnull=False)
        .order_by()
        .values("job__about")
        .annotate(done=Count("pk"))
        .values("done")
    )
    return (
        requests.select_related("subject_user", "assignee")
        .defer("plan", "message", "contact_sealed", "requester_sealed", "refusal_text", "appeal_text", "term")
        .annotate(steps_done=Coalesce(Subquery(steps), 0), has_message=UNREAD)
    )


def order(view: str) -> tuple[str, ...]:
    """In which order a view stands, by an index of the table."""
    return ORDER_OF_DONE if view == "closed" else ORDER


def order_of_filter(field: str, view: str) -> str:
    """By what the requests of a filter's choice are counted, so that an index finds them in this order."""
    return "closed_at" if view == "closed" and field == "right" else "due_at"


def can_hold(view: str, state_of_request: str) -> bool:
    """Whether a request in this state can stand in the view: what is done, in no view of open ones, and the reverse.

    PostgreSQL does not see that the two exclude each other, and would read all that is done to find none.
    """
    return view in OF_ALL or (state_of_request in CLOSED_STATES) == (view == "closed")


def views(user_id: UUID) -> dict[str, QuerySet[RightsRequest]]:
    """The requests of each view for this member of staff and now, to be counted."""
    now = timezone.now()
    found = {name: RightsRequest.objects.filter(view.condition(user_id, now)) for name, view in VIEWS.items()}
    return {name: found[name].order_by(*(() if name in OF_ALL else order(name)[:1])) for name in VIEWS}


@dataclass(frozen=True)
class Undelivered:
    """Messages that no mail server took for days: how many, and the requests whose people were not told."""

    count: int
    requests: tuple[RightsRequest, ...]


def undelivered() -> Undelivered:
    """What was given up and is still stored; at most twenty requests are named, those due first."""
    count = attention.failed_mail()
    if not count:
        return Undelivered(0, ())
    named = RightsRequest.objects.filter(pk__in=attention.about_failed_mail()).order_by("due_at")
    return Undelivered(count, tuple(named.only("pk", "reference")[:20]))


def days_left(request: RightsRequest, now: datetime | None = None) -> int:
    """Calendar days until the due date in the controller's zone, as they stood when the clock was stopped if it was.

    Negative when the date has passed.
    """
    return days_between(request.paused_at or now or timezone.now(), request.due_at)


def due(request: RightsRequest, now: datetime | None = None) -> Pill:
    """How long is left, in words: "12 days left", "due today", "3 days late"; the day of the answer when closed.

    While the clock stands still: "12 days left, paused".
    """
    if request.state in CLOSED_STATES:
        return Pill(day(request.closed_at) if request.closed_at else "", "plain")
    if request.paused_at is not None:
        words = {"left": left_words(days_left(request))}
        return Pill(_("%(left)s, paused") % words, "paused")
    now = now or timezone.now()
    left = days_left(request, now)
    if left == 0 and request.due_at < now:
        return Pill(_("late since today"), "late")
    if left < 0:
        return Pill(left_words(left), "late")
    if left == 0:
        return Pill(_("due today"), "late")
    soon = "soon" if left <= SOON_DAYS else "quiet"
    return Pill(left_words(left), "urgent" if left <= URGENT_DAYS else soon)


def left_words(days: int) -> str:
    """How many days are left, "12 days left"; of a term that is over "3 days late"."""
    if days < 0:
        return ngettext("%(days)d day late", "%(days)d days late", -days) % {"days": -days}
    return ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days}


_STATE_KINDS = MappingProxyType(
    {
        State.RECEIVED: "plain",
        State.WAITING: "quiet",
        State.APPEALED: "urgent",
        State.PART_APPEALED: "urgent",
        State.PREPARED: "now",
        State.APPROVED: "now",
        State.RUNNING: "now",
        State.NEEDS_ATTENTION: "late",
        State.COMPLETED: "done",
        State.REFUSED: "quiet",
        State.WITHDRAWN: "quiet",
        State.HANDED_OVER: "quiet",
    }
)


def state(request: RightsRequest) -> Pill:
    """The state in the words of the table of states."""
    return Pill(request.get_state_display(), _STATE_KINDS[State(request.state)])


def steps_words(request: RightsRequest) -> str:
    """How far the work is, "2 of 5 steps"; empty when none is under way. Needs a request from `listed`."""
    if request.state not in _WORKING:
        return ""
    total = steps_total(request)
    return _("%(done)d of %(total)d steps") % {"done": min(getattr(request, "steps_done", 0), total), "total": total}


def steps_total(request: RightsRequest) -> int:
    """How many steps the work of this right has, as its job marks them."""
    return _erasure_steps() if request.right == Right.ERASURE else _STEPS[Right(request.right)]


@functools.cache
def _erasure_steps() -> int:
    """The fixed steps, one for each store and one for each holding; the declarations do not change while we run."""
    return _ERASURE_STEPS + len(registry.stores) + len(erase_order())


def age(request: RightsRequest, now: datetime | None = None) -> str:
    """How long it has been with us: "today", "9 days"; of what is done, how long it took."""
    days = days_between(request.received_at, request.closed_at or now or timezone.now())
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days} if days > 0 else _("today")
