"""Reminding the team of terms that run out: at half, three quarters and nine tenths of each, and when it is over."""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from privacy import clock
from rights_requests import letters_to_staff
from rights_requests.deadlines import UnreadableTerm, next_alert_at, stage, term_of
from rights_requests.models import RightsRequest
from rights_requests.vocabulary import UNREADABLE

logger = logging.getLogger(__name__)

AT_ONCE = 100


@transaction.atomic
def remind_due(*, at_most: int = AT_ONCE) -> int:
    """Write to the team for each request that has reached its next stage; returns how many were looked at.

    Safe to run at any time and twice at once: each request is looked at by one of them, and each stage is told once.
    One whose term cannot be read stops nobody: it is told of once, and needs attention until it is put right.
    """
    now = clock.now()
    found = list(due(now)[:at_most])
    for request in found:
        try:
            request.alerted, request.alert_at = _remind(request, now)
        except UnreadableTerm:
            logger.error("request %s: its term cannot be read", request.pk)
            letters_to_staff.term_unreadable(request)
            request.alerted, request.alert_at = UNREADABLE, None
        request.save(update_fields=["alerted", "alert_at"])
    return len(found)


def _remind(request: RightsRequest, now: datetime) -> tuple[int, datetime | None]:
    """Tell of the stage that is reached, if it was not told; what was told last by now, and when to look again."""
    term = term_of(request)
    reached = max(stage(term, now), request.alerted)
    if reached > request.alerted:
        letters_to_staff.term_runs_out(request, reached)
    return reached, next_alert_at(term, reached)


def due(now: datetime) -> QuerySet[RightsRequest]:
    """The open requests whose next stage is reached, that one first that waits longest, locked and free of others.

    By the index request_alert, in which no request stands while its clock stands still.
    """
    waiting = RightsRequest.objects.filter(alert_at__lte=now, closed_at__isnull=True).order_by("alert_at")
    return waiting.select_for_update(of=("self",), skip_locked=True).only(
        "reference", "right", "due_at", "term", "alerted", "alert_at"
    )
