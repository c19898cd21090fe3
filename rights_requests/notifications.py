"""The messages of a request: what happened, why, what happens next and when, and whom to ask."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.urls import reverse

from privacy.mail.address import contact_address
from privacy.mail.queue import Letter, queue, render
from privacy.models import Job
from privacy.vocabulary import Purpose, Right
from rights_requests import words
from rights_requests.authority import COMPLAINT_AUTHORITY
from rights_requests.follow import follow_url
from rights_requests.models import Download, Package, RefusalReason, RightsRequest

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


def downloaded(request: RightsRequest, download: Download, *, to: str) -> None:
    """The package was downloaded, when, and what to do if it was someone else; once per download."""
    context = _context(request, {"when": words.moment(download.downloaded_at)})
    about = uuid5(download.package_id, str(download.pk))
    queue(to=to, template=template_name("downloaded"), context=context, about=about, purpose=Purpose.SECURITY)


def refused(request: RightsRequest, *, to: str) -> None:
    """We do not do what was asked: the reason, the text written for the person, complaint and court (Art. 12(4))."""
    reason = RefusalReason(request.refusal_reason).label
    _queue(request, "refused", to, {"reason": reason, "explanation": request.refusal_text})


def withdrawn(request: RightsRequest, *, to: str) -> None:
    """The request was withdrawn, nothing more happens, and a new one can be made at any time."""
    _queue(request, "withdrawn", to, {"erasure": request.right == Right.ERASURE})


def staff_needed(request: RightsRequest, job: Job) -> None:
    """Tell the team that a job stopped, without anything about the person; once per failure: resuming starts anew."""
    context = {**_for_staff(request), "step": job.failed_step, "failure": job.failure}
    _alarm("staff_needed", context, about=uuid5(job.pk, str(job.fence)))


def package_damaged(request: RightsRequest, package: Package) -> None:
    """Tell the team that a package cannot be handed out; once per package."""
    _alarm("package_damaged", _for_staff(request), about=package.pk)


def erasure_done(request: RightsRequest) -> Letter:
    """The last message of an erasure; not queued, since a queue would store the address that was just erased."""
    return render(template_name("erasure_done"), _context(request, {}))


def template_name(name: str) -> str:
    """The name of a template as the mail queue knows it."""
    return f"{FOLDER}/{name}"


def _alarm(name: str, context: Mapping[str, Any], *, about: UUID) -> None:
    queue(
        to=contact_address(), template=template_name(name), context=context, about=about, purpose=Purpose.LEGAL_DUTIES
    )


def _for_staff(request: RightsRequest) -> dict[str, Any]:
    desk = reverse("admin:rights_requests_rightsrequest_change", args=[request.pk])
    return {"reference": request.reference, "desk": settings.SITE_URL + desk}


def _queue(request: RightsRequest, name: str, to: str, more: Mapping[str, Any]) -> None:
    # The law asks us to answer (Art. 12(3)), so a restriction of the person's data does not silence it.
    words = _context(request, more)
    queue(to=to, template=template_name(name), context=words, about=request.pk, purpose=Purpose.LEGAL_DUTIES)


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
        "site_url": settings.SITE_URL,
        "authority": COMPLAINT_AUTHORITY,
        "package_days": settings.PACKAGE_LIFETIME_DAYS,
        **more,
    }
