"""The messages to our own people: what waits for them, with the way to the desk and nothing about the person."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.urls import reverse

from privacy.mail.address import contact_address
from privacy.mail.language import in_our_language
from privacy.mail.queue import Letter, Outcome, queue
from privacy.models import Job
from privacy.vocabulary import Purpose, Right
from rights_requests import term_words, words
from rights_requests.models import Decision, Package, RecipientNotice, RightsRequest
from rights_requests.recipients.notices import DETAILS, Detail


@in_our_language
def message_arrived(request: RightsRequest, message_id: UUID) -> None:
    """Tell the team that the person wrote, without a word of it."""
    _alarm("message_arrived", _for_staff(request), about=message_id)


@in_our_language
def fee_answered(request: RightsRequest, decision: Decision) -> None:
    """Tell the team that the person accepted or declined a fee; which, stands at the desk."""
    _alarm("fee_answered", _for_staff(request), about=decision.pk)


@in_our_language
def part_appealed(request: RightsRequest, decision: Decision) -> None:
    """Tell the team that the person appealed that a part stays, without a word of it."""
    _alarm("part_appeal_waits", _for_staff(request), about=decision.pk)


@in_our_language
def term_runs_out(request: RightsRequest, stage: int) -> None:
    """Tell the team how much of a term is gone, in percent, 100 when it is over; once a stage, and nothing else."""
    context = {
        **_for_staff(request),
        "right": Right(request.right).label,
        "due": words.in_words(request.due_at),
        "stage": stage,
    }
    _alarm("term_runs_out", context, about=uuid5(request.pk, f"{request.due_at.isoformat()} {stage}"))


@in_our_language
def term_unreadable(request: RightsRequest) -> None:
    """Tell the team that nobody is reminded of a request any more, since what was kept of its term cannot be read."""
    due = words.in_words(request.due_at)
    _alarm("term_unreadable", {**_for_staff(request), "due": due}, about=uuid5(request.pk, "term_unreadable"))


@in_our_language
def colleague_reminded(request: RightsRequest, reminder_id: UUID, *, to: str) -> None:
    """Remind the colleague who has a request in hand of it, and by when it is due; nothing about the person."""
    due, over = words.in_words(request.due_at), term_words.is_over(request.due_at)
    context = {**_for_staff(request), "right": Right(request.right).label, "due": due, "over": over}
    template = "rights_requests/colleague_reminded"
    queue(to=to, template=template, context=context, about=reminder_id, purpose=Purpose.LEGAL_DUTIES)


@in_our_language
def staff_needed(request: RightsRequest, job: Job) -> None:
    """Tell the team that a job stopped, without anything about the person; once per failure: resuming starts anew."""
    context = {**_for_staff(request), "step": job.failed_step, "failure": job.failure}
    _alarm("staff_needed", context, about=uuid5(job.pk, str(job.fence)))


@in_our_language
def correction_lost(request_id: UUID, made_at: str, user_id: UUID | None) -> None:
    """Tell the team that a backup took back a correction of which it knows nothing; once for each."""
    account = f"admin:{settings.AUTH_USER_MODEL.lower().replace('.', '_')}_change"
    page = settings.SITE_URL + reverse(account, args=[user_id]) if user_id else ""
    context = {"made": words.moment(datetime.fromisoformat(made_at)), "account": page}
    _alarm("correction_lost", context, about=request_id)


@in_our_language
def package_damaged(request: RightsRequest, package: Package) -> None:
    """Tell the team that a package cannot be handed out; once per package."""
    _alarm("package_damaged", _for_staff(request), about=package.pk)


@in_our_language
def recipient_needs_staff(notice: RecipientNotice) -> None:
    """Tell the team that a recipient must be told, or asked, by a person; once for each point it stops at."""
    detail = Detail(notice.proof["detail"])
    context = {**_for_staff(notice.request), "recipient": notice.recipient.name, "why": DETAILS[detail]}
    _alarm("recipient_needs_staff", context, about=uuid5(notice.pk, f"{notice.state}:{detail.value}"))


@in_our_language
def recipient_still_waits(notice: RecipientNotice, *, weeks: int) -> bool:
    """Remind the team of a recipient that only a person can tell, or ask; once a week. Whether this week's is new."""
    context = {**_for_staff(notice.request), "recipient": notice.recipient.name, "told": notice.told_at is not None}
    about = uuid5(notice.pk, f"{notice.state}:{weeks} weeks")
    return _alarm("recipient_still_waits", context, about=about) is Outcome.ACCEPTED


@in_our_language
def by_post(request: RightsRequest, letter: Letter, *, about: UUID) -> None:
    """Ask the team to tell somebody who is reached by letter or telephone only, in the words of the message."""
    context = {**_for_staff(request), "subject": letter.subject, "text": letter.text}
    _alarm("answer_by_post", context, about=about)


def _alarm(name: str, context: Mapping[str, Any], *, about: UUID) -> Outcome:
    return queue(
        to=contact_address(),
        template=f"rights_requests/{name}",
        context=context,
        about=about,
        purpose=Purpose.LEGAL_DUTIES,
    )


def _for_staff(request: RightsRequest) -> dict[str, Any]:
    desk = reverse("admin:rights_requests_rightsrequest_change", args=[request.pk])
    return {"reference": request.reference, "desk": settings.SITE_URL + desk}
