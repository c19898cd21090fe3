"""Says how long ago something was, as staff would: "just now", "12 minutes ago"."""

from datetime import datetime, timedelta

from django.utils.timesince import timesince
from django.utils.translation import gettext as _


def ago(then: datetime, now: datetime) -> str:
    """How long before `now` it was; what is less than a minute away is now."""
    if now - then < timedelta(minutes=1):
        return _("just now")
    return _("%(time)s ago") % {"time": timesince(then, now, depth=1)}


def span(length: timedelta, now: datetime) -> str:
    """How long something lasts: "less than a minute", "3 hours"."""
    return timesince(now - length, now, depth=1) if length >= timedelta(minutes=1) else _("less than a minute")
