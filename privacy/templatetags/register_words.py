"""Template filters for the registers: how a note about impact stands today."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format

register = template.Library()


@register.filter
def is_overdue(note: Mapping[str, Any]) -> bool:
    """`{% if note|is_overdue %}`: whether the day of its next review is over."""
    return date.fromisoformat(note["next_review_on"]) < timezone.localdate()


@register.filter
def review_day(note: Mapping[str, Any]) -> str:
    """`{{ note|review_day }}` → "3 January 2027"."""
    return date_format(date.fromisoformat(note["next_review_on"]), "DATE_FORMAT")
