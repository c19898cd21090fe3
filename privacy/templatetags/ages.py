"""How long ago something was, in the words of privacy.ages."""

from datetime import datetime

from django import template

from privacy import ages

register = template.Library()


@register.filter
def ago(then: datetime, now: datetime) -> str:
    """`{{ run.finished_at|ago:now }}` → "12 minutes ago"."""
    return ages.ago(then, now)
