"""Closes a day: puts together what is too small to be kept, and makes figures of the visits that people agreed to."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from privacy import restriction
from privacy.data_map.subject import Subject
from privacy.vocabulary import Purpose
from visitors.audience.booking import one_at_a_time
from visitors.audience.cells import Cell, Counts
from visitors.audience.models import AudienceStep, AudienceVisit
from visitors.audience.tables import DEPTHS, PATHS, VIEWS, WAYS, Table, summed

# The last counts of a day are in the tables by then.
MARGIN = timedelta(minutes=10)
NEW, RETURNING = "new", "returning"
# Visits of up to so many pages are told together; deeper ones as the last.
_UP_TO = ((1, "1"), (2, "2"), (5, "3-5"))
DEEPEST = "6+"
# With so many of its pages the way of a visit is told.
PATH_PAGES = 4
BETWEEN = " > "


def close_days() -> int:
    """Close every day that is over and has something open; returns how many. Idempotent, safe twice at once.

    What comes late for a closed day, because somebody died over a batch, is put with the rest the next time.
    """
    over = timezone.localdate(timezone.now() - MARGIN)
    todo = (VIEWS.rows(closed=False), WAYS.rows(closed=False), AudienceVisit.objects.filter(counted=False))
    days = {day for rows in todo for day in rows.filter(day__lt=over).values_list("day", flat=True).distinct()}
    for day in sorted(days):
        close(day)
    return len(days)


@transaction.atomic
def close(day: date) -> None:
    """Put together what is small on one day, with what was closed before, and count its visits."""
    one_at_a_time()
    for table in (VIEWS, WAYS):
        _replace(table, day, table.cells(day=day), closed=True)
    _count_visits(day)


def depth_of(pages: int) -> str:
    """With which others a visit of so many pages is told."""
    return next((name for most, name in _UP_TO if pages <= most), DEEPEST)


def _replace(table: Table, day: date, cells: dict[Cell, Counts], **extra: Any) -> None:
    made = table.made(day, cells, **extra)
    table.rows(day=day).delete()
    table.model._base_manager.bulk_create(made)


def _count_visits(day: date) -> None:
    """Add the day's visits to its figures: how deep, whether they came back, and with which pages they began."""
    visits = AudienceVisit.objects.filter(day=day, counted=False)
    open_visits = {visit.pk: visit for visit in visits}
    if not open_visits:
        return
    used = _allowed(open_visits.values())
    ways: dict[int, list[str]] = {}
    steps = AudienceStep.objects.filter(visit__in=used, place__lte=PATH_PAGES).order_by("visit", "place")
    for visit_id, route in steps.values_list("visit", "route_name"):
        ways.setdefault(visit_id, []).append(route)
    depths = (((RETURNING if visit.came_back else NEW, depth_of(visit.pages)), (1,)) for visit in used)
    paths = (((BETWEEN.join(routes),), (1,)) for routes in ways.values())
    _replace(DEPTHS, day, summed([*DEPTHS.cells(day=day).items(), *depths]))
    _replace(PATHS, day, summed([*PATHS.cells(day=day).items(), *paths]))
    AudienceVisit.objects.filter(pk__in=list(open_visits)).update(counted=True)


def _allowed(visits: Iterable[AudienceVisit]) -> list[AudienceVisit]:
    """Those whose number nobody has stopped the use of; the others become part of no figure."""
    people = [(visit, Subject(visitor_refs=frozenset({str(visit.number)})).digests()) for visit in visits]
    stopped = restriction.stopped_digests((one for _visit, digests in people for one in digests), Purpose.IMPROVE)
    return [visit for visit, digests in people if not digests & stopped]
