"""What the pages behind the links of our messages to subscribers share."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from consent import selectors
from consent.models import Subscription
from consent.vocabulary import State
from rights_requests.views.unshared import unshared


def about(rows: list[Subscription]) -> dict[str, object]:
    """What the rows of a link are about, and the way to all choices while there are any."""
    some = any(row.state == State.CONFIRMED for row in rows)
    choices_url = selectors.choices_url(rows[0]) if some else ""
    return {"topics": [row.get_topic_display() for row in rows], "choices_url": choices_url}


def gone(request: HttpRequest) -> HttpResponse:
    """That a link names nothing: too old, cut off, or all of it is deleted."""
    return unshared(render(request, "visitors/newsletter/gone.html", status=404))
