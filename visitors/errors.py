"""Answers to requests that could not be served, in plain words."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page went stale, or cookies are off: nothing was changed; the reason is for logs, not for the person."""
    return render(request, "403_csrf.html", status=403)
