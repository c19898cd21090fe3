"""The messages of a request: what happened, why, what happens next and when, and whom to ask."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse

from privacy.mail.address import contact_address
from privacy.mail.queue import Letter, queue, render
from privacy.vocabulary import Right
from rights_requests import words
from rights_requests.authority import COMPLAINT_AUTHORITY
from rights_requests.follow import follow_url
from rights_requests.models import Package, RefusalReason, RightsRequest

FOLDER = "rights_requests"


def received(request: RightsRequest, *, to: str) -> None:
    """Your request is here: reference, what happens next, until when."""
    _queue(request, "received", to, {"erasure": request.right == Right.ERASURE})


def erasure_scheduled(request: RightsRequest, *, to: str) -> None:
    """The first of two people agreed to the erasure: what the second will do, and how to stop it until then."""
    _queue(request, "erasure_scheduled", to, {})


def package_ready(request: RightsRequest, package: Package, *, to: str) -> None:
    """The package can be downloaded, and until when."""
    context = {"size": words.size(package.size), "until": words.in_words(package.expires_at)}
    _queue(request, "package_ready", to, context)


def refused(request: RightsRequest, *, to: str) -> None:
    """We do not do what was asked: the reason, the text written for the person, complaint and court (Art. 12(4))."""
    reason = RefusalReason(request.refusal_reason).label
    _queue(request, "refused", to, {"reason": reason, "explanation": request.refusal_text})


def withdrawn(request: RightsRequest, *, to: str) -> None:
    """The request was withdrawn, nothing more happens, and a new one can be made at any time."""
    _queue(request, "withdrawn", to, {"erasure": request.right == Right.ERASURE})


def erasure_done(request: RightsRequest) -> Letter:
    """The last message of an erasure; not queued, since a queue would store the address that was just erased."""
    return render(template_name("erasure_done"), _context(request, {}))


def template_name(name: str) -> str:
    """The name of a template as the mail queue knows it."""
    return f"{FOLDER}/{name}"


def _queue(request: RightsRequest, name: str, to: str, more: Mapping[str, Any]) -> None:
    queue(to=to, template=template_name(name), context=_context(request, more), about=request.pk)


def _context(request: RightsRequest, more: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "reference": request.reference,
        "right": Right(request.right).label,
        "due": words.in_words(request.due_at),
        "received": words.day(request.received_at),
        "page": settings.SITE_URL + reverse("rights_requests:detail", kwargs={"reference": request.reference}),
        "requests": settings.SITE_URL + reverse("rights_requests:new"),
        "follow": follow_url(request.pk),
        "contact": contact_address(),
        "authority": COMPLAINT_AUTHORITY,
        "package_days": settings.PACKAGE_LIFETIME_DAYS,
        **more,
    }
