"""The door of the page for developers: the whole API, described by the API itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from privacy.api.describing import description
from visitors import api_pages


@require_safe
@cache_control(public=True, max_age=0)
def api(request: HttpRequest) -> HttpResponse:
    """Every operation, shape and problem, to be read; programs read /api/v1/openapi.json."""
    document = description()
    told = {"groups": api_pages.groups(document), "shapes": api_pages.shapes(document)}
    return render(request, "visitors/api.html", {**told, "problems": api_pages.problems()})
