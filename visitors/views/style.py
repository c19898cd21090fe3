"""The style page: every component in every state, for staff."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from visitors.style_samples import samples


def style(request: HttpRequest) -> HttpResponse:
    """All components of the portal; `?dialog` is the page that the dialog has where no script runs."""
    return render(request, "visitors/style.html", {**samples(), "in_place": "dialog" in request.GET})
