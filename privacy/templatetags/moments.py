"""A day with its time as pages and letters say it: weekday first, in the words and signs of their language."""

from datetime import datetime

from django import template
from django.template.defaultfilters import date

register = template.Library()


@register.filter(expects_localtime=True)
def moment(value: datetime | None) -> str:
    """Such as "Thursday 26 November 2026, 16:50", in Arabic with its own comma; empty for none."""
    return f"{date(value, 'l')} {date(value, 'DATETIME_FORMAT')}" if value else ""
