"""What the pages of a request and the staff's queue show."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import QuerySet

from privacy.models import Job
from rights_requests.errors import NotFound
from rights_requests.follow import request_id_of
from rights_requests.models import RightsRequest


@dataclass(frozen=True)
class TimelineEntry:
    """One thing that happened; `kind` is the state or event word that a template may style by."""

    at: datetime
    title: Any
    text: Any
    kind: str


@dataclass(frozen=True)
class NextStep:
    """What happens next; `by_when` is None where nothing more will happen; `who` waits on whom."""

    title: Any
    text: Any
    by_when: datetime | None
    who: Literal["us", "you", "nobody"] = "us"


def requests_of(user_id: UUID) -> QuerySet[RightsRequest]:
    """The person's own requests, newest first."""
    return RightsRequest.objects.filter(subject_user=user_id).order_by("-received_at").select_related("package")


def request_of(user_id: UUID, reference: str) -> RightsRequest:
    """The person's request of this reference, however it was typed; raises NotFound alike for unknown and foreign."""
    raise NotImplementedError


def by_follow_token(token: str) -> RightsRequest:
    """The request that a follow link names; raises NotFound."""
    request = RightsRequest.objects.filter(pk=request_id_of(token)).first()
    if request is None:
        raise NotFound
    return request


def timeline(request: RightsRequest) -> list[TimelineEntry]:
    """What happened to the request, oldest first, in words for the person."""
    raise NotImplementedError


def next_step(request: RightsRequest) -> NextStep:
    """What happens next, who does it and until when."""
    raise NotImplementedError


def queue(*, state: str = "", right: str = "", open_only: bool = True) -> QuerySet[RightsRequest]:
    """Requests for the staff's queue, the one due first on top."""
    raise NotImplementedError


def job_of(request: RightsRequest) -> Job | None:
    """The job that carries the request out, with `failed_step` and `failure` for staff; None before approval."""
    return Job.objects.filter(about=request.pk, kind=request.right).first()
