"""Hands an exported register over as a file to keep."""

from django.http import HttpResponse

from privacy.registers.exporting import Exported


def saved(exported: Exported) -> HttpResponse:
    """The file as a download that no cache keeps; its name is made of letters, digits, dots and hyphens of ours."""
    answer = HttpResponse(exported.body, content_type=exported.content_type)
    answer["Content-Disposition"] = f'attachment; filename="{exported.name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "no-store, private"
    return answer
