"""Answers to requests that could not be served, in plain words."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.template import loader

from privacy import log_context
from privacy.api.problems import Kind, is_for_apps, plain_answer
from privacy.files import Away
from privacy.uploads.arriving import RequestTooLarge
from privacy.uploads.limits import MEGABYTE

# How long a browser or a crawler is asked to wait while the database is away, in seconds.
RETRY_SECONDS = 15


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page went stale, or cookies are off: nothing was changed; the reason is for logs, not for the person."""
    return render(request, "403_csrf.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What arrived cannot be read (400); where a file was far too large, the page says how large one may be."""
    megabytes = exception.bytes_each // MEGABYTE if isinstance(exception, RequestTooLarge) else 0
    context = {"megabytes": megabytes}
    return HttpResponseBadRequest(loader.get_template("400.html").render(context, request))


def server_error(request: HttpRequest) -> HttpResponse:
    """Our fault (500), or database or files are away for a moment (503): neither page needs a database or a context."""
    away = isinstance(sys.exc_info()[1], OperationalError | InterfaceError | Away)
    if is_for_apps(request):
        return plain_answer(Kind.AWAY if away else Kind.BROKEN)
    status = 503 if away else 500
    quoted = {"request_id": log_context.request_id()}
    answer = HttpResponse(loader.get_template(f"{status}.html").render(quoted), status=status)
    if away:
        answer["Retry-After"] = str(RETRY_SECONDS)
    return answer
