"""Says dates, counts and sizes as a person would: "Thursday 7 January 2027 (in 12 days)"."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

_STEP = 1000
_SMALLEST_WITH_TENTHS = 10


def controller_zone() -> ZoneInfo:
    """The time zone in which terms are counted and told: the controller's own (Reg. 1182/71 counts in local days)."""
    return ZoneInfo(settings.TIME_ZONE)


def day(when: datetime) -> str:
    """The calendar day of an instant in the controller's zone: "Thursday 7 January 2027"."""
    return formats.date_format(timezone.localtime(when, controller_zone()), pgettext("date format", "l j F Y"))


def moment(when: datetime) -> str:
    """The day and the time of an instant in the controller's zone: "Thursday 7 January 2027 at 14:05"."""
    clock = formats.date_format(timezone.localtime(when, controller_zone()), pgettext("time format", "H:i"))
    return _("%(day)s at %(time)s") % {"day": day(when), "time": clock}


def days_between(start: datetime, end: datetime) -> int:
    """Calendar days from one instant to another in the controller's zone; negative when the end comes first."""
    zone = controller_zone()
    return (timezone.localtime(end, zone).date() - timezone.localtime(start, zone).date()).days


def relative(when: datetime, now: datetime | None = None) -> str:
    """How far away the day of an instant is: "today", "tomorrow", "in 12 days", "3 days ago"."""
    days = days_between(now or timezone.now(), when)
    near = {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}
    if days in near:
        return near[days]
    if days > 0:
        return ngettext("in %(days)d day", "in %(days)d days", days) % {"days": days}
    return ngettext("%(days)d day ago", "%(days)d days ago", -days) % {"days": -days}


def in_words(when: datetime, now: datetime | None = None) -> str:
    """The day and how far away it is: "Thursday 7 January 2027 (in 12 days)"."""
    return _("%(day)s (%(relative)s)") % {"day": day(when), "relative": relative(when, now)}


def entries(count: int) -> str:
    """A count of records: "nothing", "1 record", "1,204 records"."""
    if count == 0:
        return _("nothing")
    number = formats.number_format(count, use_l10n=True, force_grouping=True)
    return ngettext("%(number)s record", "%(number)s records", count) % {"number": number}


def euros(cents: int) -> str:
    """An amount of money: "12.50 €"."""
    return _("%(amount)s €") % {"amount": formats.number_format(cents / 100, decimal_pos=2, use_l10n=True)}


def size(count: int) -> str:
    """A size in bytes as one rounded number: "512 bytes", "3.4 kB", "12 MB"."""
    if count < _STEP:
        return ngettext("%(count)d byte", "%(count)d bytes", count) % {"count": count}
    value = float(count)
    for unit in (_("kB"), _("MB"), _("GB")):
        value /= _STEP
        if value < _STEP or unit == _("GB"):
            break
    number = formats.number_format(round(value, 1) if value < _SMALLEST_WITH_TENTHS else round(value))
    return _("%(number)s %(unit)s") % {"number": number, "unit": unit}
