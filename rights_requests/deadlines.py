"""When an answer is due: one month after receipt, counted in days of the controller's place (Art. 12(3) GDPR)."""

import calendar
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings

END_OF_DAY = time(23, 59, 59)


def due_at(received_at: datetime) -> datetime:
    """The end of the same-numbered day settings.REQUEST_TERM_MONTHS later, in the controller's time zone.

    The day of receipt is not counted (Reg. 1182/71, Art. 3); where the month has no such day, its last one counts.
    """
    zone = ZoneInfo(settings.TIME_ZONE)
    received_on = received_at.astimezone(zone).date()
    return datetime.combine(add_months(received_on, settings.REQUEST_TERM_MONTHS), END_OF_DAY, tzinfo=zone)


def add_months(day: date, months: int) -> date:
    """The same-numbered day some months later, or the month's last day where it has no such day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
