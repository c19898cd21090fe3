"""One letter about a request: what every letter says, in which words, and how it leaves."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.urls import reverse

from privacy.mail.address import contact_address
from privacy.mail.queue import queue, render
from privacy.vocabulary import Purpose, Right
from rights_requests import letters_to_staff, letters_to_subject, term_words, words
from rights_requests.authority import complaint
from rights_requests.deadlines import term_to_show
from rights_requests.follow import follow_url
from rights_requests.models import RightsRequest
from rights_requests.stop_links import StopPurpose, stop_url
from rights_requests.vocabulary import STAND_IN, RequesterRole

FOLDER = "rights_requests"
_OF_ITS_OWN_FOR_CHILDREN = frozenset({"erasure_scheduled", "erasure_done", "refused"})


def template_name(name: str) -> str:
    """The name of a template as the mail queue knows it."""
    return f"{FOLDER}/{name}"


def for_child(request: RightsRequest, name: str) -> str:
    """The message in the words for somebody whom a reporter took for a child, and who asked for nothing."""
    reported = request.requester_role == RequesterRole.REPORTER
    return f"child_{name}" if reported and name in _OF_ITS_OWN_FOR_CHILDREN else name


def send(
    request: RightsRequest,
    name: str,
    to: str,
    more: Mapping[str, Any],
    *,
    about: UUID | None = None,
    rest_ends: datetime | None = None,
) -> None:
    """Queue a letter to whoever asked, in the active language; where there is no address, staff post its words.

    Once per (`about`, `name`); `about` is the request where nothing else is said. `rest_ends` as in `handed_over`.
    """
    # The law asks us to answer (Art. 12(3)), so a restriction of the person's data does not silence it.
    rests = words.in_words(rest_ends) if rest_ends else ""
    told = context_of(request, {"rest_ends": rests, "by_post": not to, **more})
    template = template_name(for_child(request, name))
    if not to:
        letters_to_staff.by_post(request, render(template, told), about=uuid5(about or request.pk, template))
        return
    queue(to=to, template=template, context=told, about=about or request.pk, purpose=Purpose.LEGAL_DUTIES)
    letters_to_subject.outcome(request, name, rest_ends=rest_ends)


def context_of(request: RightsRequest, more: Mapping[str, Any]) -> dict[str, Any]:
    """What every letter about a request can say, in the active language, and `more`."""
    term = term_to_show(request)
    return {
        "reference": request.reference,
        "right": Right(request.right).label,
        "due": words.in_words(request.due_at),
        "over": term_words.is_over(request.due_at),
        "answer_by": term_words.answer_by(term),
        "counted_why": term_words.because(term, request.right),
        "received": words.day(request.received_at),
        "page": settings.SITE_URL + reverse("rights_requests:detail", kwargs={"reference": request.reference}),
        "requests": settings.SITE_URL + reverse("rights_requests:new"),
        "follow": follow_url(request.pk),
        "contact": contact_address(),
        "site_url": settings.SITE_URL,
        **complaint(request.country),
        "package_days": settings.PACKAGE_LIFETIME_DAYS,
        "for_someone": request.requester_role in STAND_IN,
        "adult": stop_url(request.pk, StopPurpose.ADULT),
        **more,
    }
