"""The banner that tells staff, wherever they look at a person, that the person's data may not be used."""

from collections.abc import Iterable
from typing import Any

from django import template

from privacy import restriction

register = template.Library()


@register.inclusion_tag("components/stops.html")
def stops_for_staff(digests: str | Iterable[str]) -> dict[str, Any]:
    """`{% stops_for_staff request.subject_digest %}`: every stop in force under this keyed digest, or these."""
    return {"stops": restriction.stops_under({digests} if isinstance(digests, str) else digests)}
