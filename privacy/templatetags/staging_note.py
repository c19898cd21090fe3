"""What every page of a copy for trying out says at its top, so that nobody takes it for the site."""

from typing import Any

from django import template
from django.conf import settings

register = template.Library()


@register.inclusion_tag("components/staging_note.html")
def staging_note() -> dict[str, Any]:
    """`{% staging_note %}`: nothing, unless this is such a copy; needs no context and no database."""
    return {"is_copy": settings.STAGING_COPY}
