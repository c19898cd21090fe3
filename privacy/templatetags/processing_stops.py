"""The banner that tells staff, wherever they look at a person, that the person's data may not be used."""

from collections.abc import Iterable
from typing import Any

from django import template

from privacy import restriction

register = template.Library()


@register.inclusion_tag("components/stops.html")
def stops_for_staff(digests: str | Iterable[str]) -> dict[str, Any]:
    """`{% stops_for_staff request.subject_digest %}`: the stops in force under this digest, or these; widest first."""
    stops = restriction.stops_under({digests} if isinstance(digests, str) else digests)
    return {"stops": sorted(stops, key=lambda stop: bool(stop.purpose))}
