"""Counts the pages that people open, after each has its answer; whatever goes wrong meanwhile, no page knows of it."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from consent.choices import of as consent_of
from consent.vocabulary import PurposeCode
from privacy import restriction
from privacy.data_map.subject import Subject
from privacy.vocabulary import Purpose
from visitors.audience import visits
from visitors.audience.seen import by_staff, is_page, seen
from visitors.audience.tally import tally
from visitors.audience.visits import Visitor

logger = logging.getLogger(__name__)


class AudienceMiddleware:
    """Notes what an answer counts as and counts it when the server closes the answer, so after it was sent.

    Who refused statistics is not counted at all. Who agreed to them gets the cookie of a visitor, where the site is
    set to know visitors; from whoever agrees no more, on this or another device, it is taken back, and their visits are
    deleted. Its place is below whatever asks for consent and whatever decides who may keep an answer.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request; what is to be counted is left for the end."""
        response = self.get_response(request)
        with _silently():
            _note(request, response)
        return response


@contextmanager
def _silently() -> Iterator[None]:
    """Whatever fails here is nobody's business but ours: the page is as it would be, and one view is not counted."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - see above
        logger.warning("a view was not counted: %s", type(error).__name__)


def _note(request: HttpRequest, response: HttpResponse) -> None:
    page = is_page(request, response)
    if not page and visits.COOKIE not in request.COOKIES:
        return
    consent = consent_of(request)
    agrees = settings.AUDIENCE_VISITS and consent.allows(PurposeCode.STATS)
    if not agrees and visits.COOKIE in request.COOKIES:
        visits.take_back(response)
        at_the_end(response, partial(_forget, visits.visitor_in(request.COOKIES)))
    if page and not consent.refuses(PurposeCode.STATS):
        visitor = visits.recognise(request, response) if agrees else None
        at_the_end(response, partial(_count, request, visitor))


def at_the_end(response: HttpResponse, act: Callable[[], None]) -> None:
    """Have something done when the server closes the answer; what Django itself does for the request's files."""
    response._resource_closers.append(act)  # type: ignore[attr-defined]


def _count(request: HttpRequest, visitor: Visitor | None) -> None:
    with _silently():
        if not by_staff(request) and _may_be_used(request):
            view = seen(request)
            tally.count(view)
            if visitor is not None:
                visits.add(visitor, view)


def _may_be_used(request: HttpRequest) -> bool:
    """Whether somebody who is signed in has not stopped the use of their data for this (Art. 18 and 21 GDPR)."""
    user = request.user
    return not user.is_authenticated or restriction.allows(Subject(user_id=UUID(str(user.pk))), Purpose.IMPROVE)


def _forget(visitor: Visitor | None) -> None:
    with _silently():
        if visitor is not None:
            visits.forget_visit(visitor.number)
