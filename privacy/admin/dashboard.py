"""What the desk's overview tells of the work itself: parts, jobs, mail, chores, and what is deleted by itself."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from privacy import attention, clock, heartbeats, work_health
from privacy.ages import ago, span
from privacy.data_map.registry import registry
from privacy.desk_sections import Cell, Content, Figure, Table, desk_section
from privacy.jobs.chore_runs import ChoreStanding, standings
from privacy.models import RetentionCount
from privacy.retention.last import MOST_SWEEP_AGE, LastSweep, last_sweep
from privacy.work_health import MOST_JOB_SECONDS, MOST_MAIL_SECONDS

# Whoever may see when the chores ran sees how the work goes.
WATCH = "privacy.view_chorerun"
# What is so fresh needs no number: each part shows itself more often than this.
SOON_SECONDS = 10
PARTS = {heartbeats.SCHEDULER: gettext_lazy("Scheduler and sweeper"), heartbeats.WORKER: gettext_lazy("Worker")}


@desk_section("work", title=gettext_lazy("Jobs and signs of life"), order=40, permission=WATCH)
def work_section(_user: Any) -> Content:
    """Whether every part lives, what waits, and which chores no longer run; seven queries."""
    now = clock.now()
    found = standings(now=now)
    ill = [standing for standing in found if not standing.well]
    tables = [_chores("ill", _("Chores that do not run as they should"), ill, now)] if ill else []
    tables.append(_chores("all", _("Every chore of the scheduler"), found, now, folded=True))
    return Content(figures=[*_parts(now), *_jobs(now), *_mail(now)], tables=tables)


@desk_section("retention", title=gettext_lazy("Deletion by rule"), order=60, permission=WATCH)
def retention_section(_user: Any) -> Content:
    """What the last sweep that ended did, and what it left; two queries."""
    last = last_sweep()
    if last is None:
        return Content(figures=(Figure(_("never"), _("Last sweep"), alarming=True),))
    now = clock.now()
    old, url = now - last.finished_at > MOST_SWEEP_AGE, reverse("admin:privacy_retentionrun_change", args=[last.id])
    figures = (
        Figure(ago(last.finished_at, now), _("Last sweep"), url, alarming=old),
        Figure(last.deleted, _("Rows deleted")),
        Figure(last.kept_back, _("Rows kept back for a reason")),
        Figure(last.left, _("Rows that should be gone"), alarming=last.left > 0),
    )
    heads = (_("What"), _("Deleted"), _("Kept back"), _("Left"))
    return Content(
        figures=figures, tables=[Table("swept", _("What the last sweep did"), heads, _swept(last), folded=True)]
    )


def _swept(last: LastSweep) -> list[tuple[Cell, ...]]:
    """A line for each holding of which anything was over."""
    counts = RetentionCount.objects.filter(run_id=last.id).exclude(deleted=0, kept_back=0, left=0)
    titles = {holding.slug(): holding.title for holding in registry.holdings.values()}
    return [
        tuple(map(Cell, (titles.get(one.holding, one.holding), one.deleted, one.kept_back, one.left))) for one in counts
    ]


def _parts(now: datetime) -> list[Figure]:
    figures = []
    for part, seen in heartbeats.last_seen().items():
        age = None if seen is None else round((now - seen).total_seconds())
        said = _("never") if age is None else _seconds_ago(age)
        figures.append(Figure(said, PARTS[part], alarming=age is None or age > heartbeats.MOST_SECONDS[part]))
    return figures


def _seconds_ago(seconds: int) -> str:
    if seconds < SOON_SECONDS:
        return _("just now")
    if seconds < 120:
        return ngettext("%(seconds)d second ago", "%(seconds)d seconds ago", seconds) % {"seconds": seconds}
    minutes = seconds // 60
    return ngettext("%(minutes)d minute ago", "%(minutes)d minutes ago", minutes) % {"minutes": minutes}


def _jobs(now: datetime) -> list[Figure]:
    found = work_health.jobs()
    stuck = found.waiting.is_stuck(now, MOST_JOB_SECONDS)
    url = reverse("admin:privacy_job_changelist")
    oldest = span(now - found.waiting.oldest, now) if found.waiting.oldest else "–"
    return [
        Figure(found.waiting.count, _("Jobs waiting"), alarming=stuck),
        Figure(oldest, _("Oldest waiting job"), alarming=stuck),
        Figure(found.running, _("Jobs running")),
        Figure(
            found.needing_staff,
            _("Jobs that need staff"),
            f"{url}?state__exact=needs_staff",
            alarming=found.needing_staff > 0,
        ),
    ]


def _mail(now: datetime) -> list[Figure]:
    unsent, failed = work_health.unsent_mail(), attention.failed_mail()
    return [
        Figure(unsent.count, _("Messages waiting"), alarming=unsent.is_stuck(now, MOST_MAIL_SECONDS)),
        Figure(failed, _("Messages given up"), alarming=failed > 0),
    ]


def _chores(name: str, title: str, found: Iterable[ChoreStanding], now: datetime, *, folded: bool = False) -> Table:
    heads = (_("Chore"), _("State"), _("Last ended well"), _("Done since the note before"), _("Last failure"))
    return Table(f"chores-{name}", title, heads, [_chore(standing, now) for standing in found], folded=folded)


def _chore(standing: ChoreStanding, now: datetime) -> tuple[Cell, ...]:
    run = standing.run
    ended = run.finished_at if run else None
    failed = run.failed_at if run else None
    return (
        Cell(standing.chore.name),
        _state(standing),
        Cell(ago(ended, now) if ended else _("never")),
        Cell(run.count if run else "–"),
        Cell(f"{ago(failed, now)}: {run.failure}" if run and failed else "–"),
    )


def _state(standing: ChoreStanding) -> Cell:
    if standing.failing:
        return Cell(_("fails"), pill="late")
    if standing.overdue:
        return Cell(_("overdue") if standing.run else _("has not run"), pill="late")
    return Cell(_("runs"), pill="done")
