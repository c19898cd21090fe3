"""The shortcuts of the desk for its pages, from their one table."""

from typing import Any
from uuid import UUID

from django import template
from django.http import HttpRequest

from rights_requests.desk import keys

register = template.Library()


@register.simple_tag
def all_keys() -> list[tuple[Any, list[keys.Key]]]:
    """The shortcuts under the headings of their pages."""
    return keys.by_place()


@register.simple_tag(takes_context=True)
def keys_are_on(context: dict[str, Any]) -> bool:
    """Whether single keys are shortcuts for whoever looks."""
    request: HttpRequest = context["request"]
    return keys.are_on(request.session, UUID(str(request.user.pk)))
