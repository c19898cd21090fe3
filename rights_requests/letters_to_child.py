"""What is written when somebody reports a child: to the person it is about, plainly, and to the team."""

from typing import Any
from uuid import uuid5

from django.conf import settings
from django.urls import reverse

from privacy.mail.address import contact_address
from privacy.mail.language import in_our_language, in_their_language
from privacy.mail.queue import queue
from privacy.vocabulary import Purpose
from rights_requests import term_words, words
from rights_requests.models import RightsRequest
from rights_requests.stop_links import StopPurpose, stop_url
from rights_requests.subjects import SubjectGone, address_of_subject


@in_their_language
def blocked(request: RightsRequest) -> None:
    """We stopped the use of your data: why, what happens when, and one click for somebody who is no child; once."""
    try:
        to = address_of_subject(request)
    except SubjectGone:
        return
    context = {
        "reference": request.reference,
        **_term(request),
        "adult": stop_url(request.pk, StopPurpose.ADULT),
        "requests": settings.SITE_URL + reverse("rights_requests:address"),
        "contact": contact_address(),
    }
    _queue("child_blocked", request, to, context)


@in_our_language
def staff_told(request: RightsRequest) -> None:
    """Tell the team, once a request, that a child was reported, without anything about anybody."""
    _queue("child_reported", request, contact_address(), _for_staff(request))


@in_our_language
def contested(request: RightsRequest) -> None:
    """Tell the team that the person says they are 18 or older."""
    _queue("child_contested", request, contact_address(), _for_staff(request))


def _for_staff(request: RightsRequest) -> dict[str, Any]:
    desk = reverse("admin:rights_requests_rightsrequest_change", args=[request.pk])
    return {"reference": request.reference, "desk": settings.SITE_URL + desk, **_term(request)}


def _term(request: RightsRequest) -> dict[str, Any]:
    return {"due": words.in_words(request.due_at), "over": term_words.is_over(request.due_at)}


def _queue(name: str, request: RightsRequest, to: str, context: dict[str, Any]) -> None:
    # To protect a child, and to let somebody who is none speak, is a duty that no stop silences (Art. 12, 17(1)(f)).
    about, purpose = uuid5(request.pk, name), Purpose.LEGAL_DUTIES
    queue(to=to, template=f"rights_requests/{name}", context=context, about=about, purpose=purpose)
