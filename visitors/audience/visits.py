"""Single visits, only of who agreed to statistics: a random number in a cookie, and the pages of a day in order.

Nothing else is written down: no address, no program, no account, and no page of a request or of an account.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from visitors.audience.models import AudienceVisit
from visitors.audience.seen import Seen
from visitors.audience.topics import is_public

COOKIE: str = settings.AUDIENCE_VISIT_COOKIE_NAME
_COOKIE = re.compile(r"([0-9a-f]{32})\.([0-9]{8})")
# So many pages of one visit, and so many visits of one day, are written down: a program can lie about its consent.
MOST_PAGES = 100
MOST_VISITS = 50_000

ADD = """
WITH visit AS (
    INSERT INTO visitors_audiencevisit AS known (number, day, came_back, pages, counted)
    SELECT %(number)s::uuid, %(day)s::date, %(came_back)s, 1, false
    WHERE CASE WHEN EXISTS (SELECT FROM visitors_audiencevisit WHERE number = %(number)s::uuid AND day = %(day)s)
        THEN true ELSE (SELECT count(*) FROM visitors_audiencevisit WHERE day = %(day)s) < %(visits)s END
    ON CONFLICT (number, day) DO UPDATE SET pages = known.pages + 1 WHERE known.pages < %(pages)s
    RETURNING id, pages)
INSERT INTO visitors_audiencestep (visit_id, place, route_name) SELECT id, pages, %(route)s FROM visit
"""


@dataclass(frozen=True)
class Visitor:
    """A browser by its random number, and the day on which it got it: from then on the time of the cookie runs."""

    number: UUID
    since: date

    def cookie(self) -> str:
        """As the cookie holds it."""
        return f"{self.number.hex}.{self.since:%Y%m%d}"


def visitor_in(cookies: Mapping[str, str]) -> Visitor | None:
    """Whom the cookie names; None where there is none, it is not one of ours, or its time is over."""
    found = _COOKIE.fullmatch(cookies.get(COOKIE, ""))
    try:
        since = datetime.strptime(found[2], "%Y%m%d").date() if found else None  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None
    today = timezone.localdate()
    if found is None or since is None or not today - _life() <= since <= today:
        return None
    return Visitor(UUID(found[1]), since)


def recognise(request: HttpRequest, response: HttpResponseBase) -> Visitor:
    """The visitor of this browser, who agreed; a new one gets the cookie, whose end is fixed and never moved."""
    known = visitor_in(request.COOKIES)
    if known is not None:
        return known
    fresh = Visitor(uuid4(), timezone.localdate())
    response.set_cookie(
        COOKIE, fresh.cookie(), max_age=_life(), samesite="Lax", httponly=True, secure=settings.SESSION_COOKIE_SECURE
    )
    return fresh


def take_back(response: HttpResponseBase) -> None:
    """Take the cookie off a browser whose owner agrees no more."""
    response.delete_cookie(COOKIE, samesite="Lax")


def add(visitor: Visitor, view: Seen) -> None:
    """Write down the next page of the visitor's day, in one statement; nothing where the page is not public."""
    if is_public(view.route):
        values: dict[str, str | int | date] = {
            "number": str(visitor.number),
            "day": view.day,
            "came_back": visitor.since < view.day,
            "route": view.route,
            "pages": MOST_PAGES,
            "visits": MOST_VISITS,
        }
        with connection.cursor() as cursor:
            cursor.execute(ADD, values)


@transaction.atomic
def forget_visit(number: UUID) -> int:
    """Delete every visit of a number with its pages, at once: who agreed takes it back. Returns how many; idempotent.

    Figures of days that are over stay: nobody is in them.
    """
    return AudienceVisit.objects.filter(number=number).delete()[1].get("visitors.AudienceVisit", 0)


def _life() -> timedelta:
    return timedelta(days=settings.AUDIENCE_VISIT_COOKIE_DAYS)
