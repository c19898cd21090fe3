"""What the overview tells of requests: what is late and due, what is open, what was answered and how long it took."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from privacy.charts import Chart, Listed, columns, listed
from privacy.desk_sections import Cell, Content, Figure, Table
from privacy.vocabulary import Right
from rights_requests import answer_counts
from rights_requests.answer_counts import MEDIAN, NINETIETH, Month, Times
from rights_requests.desk import queue
from rights_requests.models import Message, RightsRequest
from rights_requests.models.request import OPEN
from rights_requests.regimes import regime_named
from rights_requests.standing_now import MONTHS, first_month
from rights_requests.vocabulary import UNREADABLE, MessageKind, State

# So many requests are named; the rest is one press away.
MOST_NAMED = 10
# The tabs of the queue that the overview counts, without those that lead to messages and to whatever was answered.
COUNTED = ("late", "soon", "mine", "unassigned", "waiting", "attention", "open")
RUNS = Q(paused_at=None)


@dataclass(frozen=True)
class Opened:
    """The open requests of one right under one regime: how many stand in each view of the queue."""

    right: str
    regime: str
    counts: Mapping[str, int]


def open_requests(user_id: UUID) -> list[Opened]:
    """What is open, counted by right and regime in one query over the index of what is open."""
    now = timezone.now()
    wanted = {name: Count("due_at", filter=among) for name, among in _conditions(user_id, now).items()}
    rows = RightsRequest.objects.filter(OPEN).order_by().values("right", "regime").annotate(**wanted)
    return [Opened(row["right"], row["regime"], {name: row[name] for name in COUNTED}) for row in rows]


def _conditions(user_id: UUID, now: datetime) -> dict[str, Q]:
    """The views of the queue among requests that are open: asked of each of them, so each says only what it must.

    A test compares them with the queue. All columns stand in the index, which answers alone.
    """
    return {
        "late": RUNS & Q(due_at__lt=now),
        "soon": RUNS & Q(due_at__gte=now, due_at__lt=now + timedelta(days=queue.SOON_DAYS)),
        "mine": Q(assignee=user_id),
        "unassigned": Q(assignee=None),
        "waiting": Q(state=State.WAITING),
        "attention": Q(state=State.NEEDS_ATTENTION) | Q(alerted=UNREADABLE),
        "open": Q(),
    }


def new_messages() -> int:
    """How many requests have something from the person that nobody has dealt with."""
    unread = Message.objects.filter(kind=MessageKind.FROM_PERSON, read_at__isnull=True)
    return int(unread.aggregate(found=Count("request_id", distinct=True))["found"])


def due_first(now: datetime) -> list[RightsRequest]:
    """The requests whose day has come or comes within a week, the oldest day first; so many as are named."""
    soon = now + timedelta(days=queue.SOON_DAYS)
    wanted = RightsRequest.objects.filter(queue.RUNS, due_at__lt=soon).select_related("assignee").order_by(*queue.ORDER)
    fields = ("reference", "right", "state", "due_at", "paused_at", "closed_at", "assignee__email")
    return list(wanted.only(*fields)[:MOST_NAMED])


def open_section(user: Any) -> Content:
    """What is late and due this week, by name, how the queue stands, what is open by right and law; three queries."""
    found = open_requests(user.pk)
    totals = {name: sum(part.counts[name] for part in found) for name in COUNTED}
    figures = [_figure(name, totals[name]) for name in COUNTED]
    figures.insert(-1, _figure("messages", new_messages()))
    due = totals["late"] + totals["soon"]
    named = due_first(timezone.now()) if due else []
    return Content(
        figures=figures,
        tables=[_named(named)] if named else [],
        lists=_open_lists(found) if found else [],
        note=_left_words(due - len(named)) if named else _("Nothing is late, and nothing is due within seven days."),
    )


def answered_section(_user: Any) -> Content | None:
    """What was answered in each month, how long it took by right and law; None where nothing was. One query."""
    since = first_month(timezone.now())
    months, found = answer_counts.answered(since)
    if not found:
        return None
    heads = (_("Answered"), _("Median"), _("90th percentile"), _("Late"))
    return Content(
        chart=_chart(since, months),
        lists=[
            listed("took-rights", _("How long it took, by right"), (_("Right"), *heads), _by_right(found)),
            listed("took-laws", _("How long it took, by law"), (_("Law"), *heads), _by_law(found)),
        ],
        note=_(
            "As it is now, for the present month and the eleven before it (UTC). Days are whole days from receipt to"
            " answer. A request that was opened again counts with its last answer; what its person withdrew and what"
            " was handed over does not count."
        ),
    )


def law_named(code: str) -> str:
    """The law of a regime, in words."""
    regime = regime_named(code)
    return capfirst(str(regime.law)) if regime else _("No law known")


def _figure(view: str, count: int) -> Figure:
    url = f"{reverse('admin:rights_requests_rightsrequest_changelist')}?view={view}"
    return Figure(_number(count), queue.VIEWS[view].title, url, alarming=view in queue.ALARMING and count > 0)


def _left_words(left: int) -> str:
    if left <= 0:
        return ""
    words = ngettext("%(count)s more is late or due this week.", "%(count)s more are late or due this week.", left)
    return words % {"count": _number(left)}


def _open_lists(found: Iterable[Opened]) -> list[Listed]:
    heads = (_("Open"), _("Late"), _("Due this week"))
    rights = _grouped(found, lambda part: str(queue.RIGHTS[Right(part.right)]))
    laws = _grouped(found, lambda part: law_named(part.regime))
    return [
        listed("open-rights", _("Open, by right"), (_("Right"), *heads), rights),
        listed("open-laws", _("Open, by law"), (_("Law"), *heads), laws),
    ]


def _named(requests: Iterable[RightsRequest]) -> Table:
    rows = []
    for filed in requests:
        due, state = queue.due(filed), queue.state(filed)
        url = reverse("admin:rights_requests_rightsrequest_change", args=[filed.pk])
        rows.append(
            (
                Cell(filed.reference, url=url),
                Cell(due.label, pill=due.kind),
                Cell(queue.RIGHTS[Right(filed.right)]),
                Cell(state.label, pill=state.kind),
                Cell(filed.assignee or _("nobody")),
            )
        )
    heads = (_("Reference"), _("Due"), _("Right"), _("State"), _("Assigned to"))
    return Table("due", _("Late and due this week"), heads, rows)


def _grouped(found: Iterable[Opened], name: Callable[[Opened], str]) -> list[tuple[tuple[str, ...], tuple[Any, ...]]]:
    sums: dict[str, list[int]] = {}
    for part in found:
        line = sums.setdefault(name(part), [0, 0, 0])
        for place, view in enumerate(("open", "late", "soon")):
            line[place] += part.counts[view]
    return [((word,), tuple(counts)) for word, counts in sums.items()]


def _chart(since: date, months: Mapping[date, Month]) -> Chart:
    points = []
    for number in range(MONTHS):
        past = since.year * 12 + since.month - 1 + number
        month = date(past // 12, past % 12 + 1, 1)
        counted = months.get(month, Month())
        points.append((date_format(month, "YEAR_MONTH_FORMAT"), counted.answered, counted.late))
    most = max(whole for _label, whole, _part in points)
    return Chart(
        id="answered",
        title=_("Answered by month"),
        columns=columns(points),
        of_column=_("Month"),
        of_whole=_("Answered"),
        of_part=_("Late"),
        key=_("Answered"),
        key_part=_("Late: after their day"),
        highest=ngettext("The highest bar is %(most)s request.", "The highest bar is %(most)s requests.", most)
        % {"most": _number(most)},
    )


Lines = list[tuple[tuple[str, ...], tuple[Any, ...]]]


def _by_right(found: Mapping[tuple[str, str], Times]) -> Lines:
    return _took(found, lambda right, _regime: str(queue.RIGHTS[Right(right)]))


def _by_law(found: Mapping[tuple[str, str], Times]) -> Lines:
    return _took(found, lambda _right, regime: law_named(regime))


def _took(found: Mapping[tuple[str, str], Times], name: Callable[[str, str], str]) -> Lines:
    groups: dict[str, list[Times]] = {}
    for (right, regime), times in found.items():
        groups.setdefault(name(right, regime), []).append(times)
    wholes = {word: answer_counts.together(parts) for word, parts in groups.items()}
    return [
        ((word,), (whole.answered, _days(whole.within(MEDIAN)), _days(whole.within(NINETIETH)), whole.late))
        for word, whole in wholes.items()
    ]


def _days(days: int | None) -> str:
    if days is None:
        return "–"
    if not days:
        return _("less than a day")
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}


def _number(count: int) -> str:
    return number_format(count, use_l10n=True, force_grouping=True)
