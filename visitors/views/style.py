"""The style page: every component in every state, for staff."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def style(request: HttpRequest) -> HttpResponse:
    """All components of the portal on one page."""
    return render(request, "visitors/style.html", {})
