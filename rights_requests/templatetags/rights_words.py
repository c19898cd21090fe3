"""Template filters that say dates, counts and sizes in words; an empty value stays empty."""

from datetime import datetime

from django import template

from rights_requests import term_words, words

register = template.Library()


@register.filter
def in_words(when: datetime | None) -> str:
    """`{{ request.due_at|in_words }}` → "Thursday 7 January 2027 (in 12 days)", in the controller's time zone."""
    return words.in_words(when) if when else ""


@register.filter
def late_in_words(due_at: datetime | None) -> str:
    """`{{ request.due_at|late_in_words }}` → that our answer is late, with an apology; empty while the term runs."""
    return term_words.late(due_at) if due_at else ""


@register.filter
def day_in_words(when: datetime | None) -> str:
    """`{{ when|day_in_words }}` → "Thursday 7 January 2027"."""
    return words.day(when) if when else ""


@register.filter
def moment_in_words(when: datetime | None) -> str:
    """`{{ when|moment_in_words }}` → "Thursday 7 January 2027 at 14:05"."""
    return words.moment(when) if when else ""


@register.filter
def relative_in_words(when: datetime | None) -> str:
    """`{{ when|relative_in_words }}` → "in 12 days"."""
    return words.relative(when) if when else ""


@register.filter
def entries_in_words(count: int | None) -> str:
    """`{{ item.count|entries_in_words }}` → "3 records"."""
    return words.entries(count) if count is not None else ""


@register.filter
def size_in_words(count: int | None) -> str:
    """`{{ package.size|size_in_words }}` → "12 MB"."""
    return words.size(count) if count is not None else ""
