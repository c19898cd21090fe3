"""Doors of the company's pages and of the small files that every browser and crawler asks for."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from visitors.selectors import held_example


@require_safe
@cache_control(public=True, max_age=0)
def home(request: HttpRequest) -> HttpResponse:
    """What Occicor does, and the way to one's own data."""
    return render(request, "visitors/home.html", {"example": held_example()})


@require_safe
@cache_control(public=True, max_age=86400)
def robots(request: HttpRequest) -> HttpResponse:
    """Personal pages are nobody's search result."""
    return render(request, "visitors/robots.txt", content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=86400)
def favicon(request: HttpRequest) -> HttpResponse:
    """Where the mark is, for browsers that ask for it at the old address."""
    return redirect(static("img/favicon.svg"))
