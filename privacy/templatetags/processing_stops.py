"""The banner that tells staff, wherever they look at a person, that the person's data may not be used or not go."""

from collections.abc import Iterable
from typing import Any

from django import template

from privacy import restriction
from privacy.data_map.held import held
from privacy.digests import every_form

register = template.Library()


@register.inclusion_tag("components/stops.html")
def stops_for_staff(digests: str | Iterable[str]) -> dict[str, Any]:
    """`{% stops_for_staff request.subject_digest %}`: the stops in force under this digest, or these; widest first.

    And whether there is a legal hold; what it is about, only who looks after holds may read.
    """
    known = every_form({digests} if isinstance(digests, str) else digests)
    stops = restriction.stops_under(known)
    return {"stops": sorted(stops, key=lambda stop: bool(stop.purpose)), "held": bool(held(known))}
