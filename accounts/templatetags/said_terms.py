"""Says in a page what a term of the settings decides."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def code_minutes() -> int:
    """`{% code_minutes as minutes %}` → how many minutes a code that came by mail counts."""
    minutes: int = settings.EMAIL_CODE_MINUTES
    return minutes
