"""What the pages behind the links of our messages to subscribers share."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import translate_url
from django.utils.translation import get_language

from consent import selectors
from consent.models import Subscription
from consent.vocabulary import State
from privacy.mail.language import spoken
from privacy.unshared import unshared


def language_of(rows: list[Subscription]) -> str:
    """The language of the messages; of what has ended none is kept, and the page stays as it is."""
    return next((row.language for row in rows if row.language), get_language() or "")


def about(rows: list[Subscription]) -> dict[str, object]:
    """What the rows of a link are about, and the way to all choices while there are any."""
    some = any(row.state == State.CONFIRMED for row in rows)
    choices_url = selectors.choices_url(rows[0]) if some else ""
    return {"topics": [row.get_topic_display() for row in rows], "choices_url": choices_url}


def gone(request: HttpRequest) -> HttpResponse:
    """That a link names nothing: too old, cut off, or all of it is deleted."""
    return unshared(render(request, "visitors/newsletter/gone.html", status=404))


def in_language_of(request: HttpRequest, rows: list[Subscription]) -> str:
    """Where the same page speaks the language of the subscription; empty when it does, or the reader chose another."""
    wanted = spoken(language_of(rows))
    chose = request.headers.get("Sec-Fetch-Site") == "same-origin"
    return "" if chose or wanted == get_language() else translate_url(request.get_full_path(), wanted)
