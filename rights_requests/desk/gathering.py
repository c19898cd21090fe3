"""Reads a request and what hangs on it in few queries, whatever the number of its messages: for the workspace."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    CharField,
    Count,
    Exists,
    Max,
    OuterRef,
    Prefetch,
    QuerySet,
    Subquery,
    prefetch_related_objects,
)
from django.db.models.functions import Cast, Coalesce, JSONObject

from privacy.data_map.subject import Subject
from privacy.models import AuditEntry, Job
from rights_requests.models import (
    Decision,
    Evidence,
    IdentityCheck,
    Message,
    Proposal,
    RecipientNotice,
    Redaction,
    ReplyTemplate,
    RightsRequest,
    Tick,
)
from rights_requests.services import messaging
from rights_requests.subjects import subject_of
from rights_requests.vocabulary import MessageKind


@dataclass(frozen=True)
class Ticked:
    """Who ticked a step by hand, by address ("" when the account is gone), and when."""

    who: str
    at: datetime


REQUEST = RightsRequest._meta.label_lower
# What hangs on a request and is read whole, since it is little: only where there is any.
_HANGS_ON_IT: dict[str, QuerySet[Any]] = {
    "decisions": Decision.objects.all(),
    "identity_checks": IdentityCheck.objects.all(),
    "evidence": Evidence.objects.defer("wrapped_key"),
    "notices": RecipientNotice.objects.select_related("recipient").order_by("recipient__name", "created_at"),
    "proposals": Proposal.objects.all(),
    "redactions": Redaction.objects.all(),
}


def gathered(request_id: UUID) -> RightsRequest | None:
    """The request with its people and package, and with counts of what is read elsewhere; None if there is none."""
    same = RightsRequest.objects.filter(
        subject_digest=OuterRef("subject_digest"), right=OuterRef("right"), received_at__lt=OuterRef("received_at")
    )
    counted = same.order_by().values("right").annotate(count=Count("pk")).values("count")
    found = RightsRequest.objects.select_related("subject_user", "assignee", "package").annotate(
        earlier_count=Coalesce(Subquery(counted), 0),
        has_message=Exists(_unread(OuterRef("pk"))),
        has_job=Exists(Job.objects.filter(about=OuterRef("pk"), kind=OuterRef("right"))),
        newest_entry=Subquery(_newest(Cast(OuterRef("pk"), CharField()))),
        wordings=ArraySubquery(_titles()),
        ticked=ArraySubquery(_ticked()),
        **{f"any_{name}": Exists(rows.filter(request=OuterRef("pk"))) for name, rows in _HANGS_ON_IT.items()},
    )
    request = found.filter(pk=request_id).first()
    return None if request is None else with_what_hangs_on_it(request)


def with_what_hangs_on_it(request: RightsRequest) -> RightsRequest:
    """The same request with all of it read; one query for each kind of which there is any."""
    there = [name for name in _HANGS_ON_IT if getattr(request, f"any_{name}", True)]
    prefetch_related_objects([request], *(Prefetch(name, _HANGS_ON_IT[name]) for name in there))
    cache: dict[str, Any] = request.__dict__.setdefault("_prefetched_objects_cache", {})
    cache.update({name: rows.none() for name, rows in _HANGS_ON_IT.items() if name not in there})
    return request


def has_unread(request: RightsRequest) -> bool:
    """Whether the person wrote something that nobody has dealt with yet."""
    known: bool | None = getattr(request, "has_message", None)
    return messaging.unread(request).exists() if known is None else known


def subject(request: RightsRequest) -> Subject:
    """The data subject, looked up once for a page; raises SubjectGone."""
    found: Subject | None = request.__dict__.get("desk_subject")
    if found is None:
        found = request.__dict__["desk_subject"] = subject_of(request)
    return found


def newest_entry(request: RightsRequest) -> int:
    """The number of the newest entry of the audit about the request, looks aside; 0 where there is none."""
    known: int | None = getattr(request, "newest_entry", None)
    if known is None and not hasattr(request, "newest_entry"):
        known = _newest(str(request.pk)).values_list("last", flat=True).first()
    return known or 0


def entries_about(request_id: Any) -> QuerySet[AuditEntry]:
    """What the audit holds about a request, apart from who looked at it."""
    return AuditEntry.objects.filter(object_type=REQUEST, object_id=request_id).exclude(event__endswith=".viewed")


def ticks(request: RightsRequest) -> dict[str, Ticked]:
    """The steps that were ticked by hand beside the plan as it is now."""
    rows: list[dict[str, str]] = getattr(request, "ticked", [])
    now = [row for row in rows if row["plan_hash"] == request.plan_hash]
    return {row["step"]: Ticked(row["who"] or "", datetime.fromisoformat(row["at"])) for row in now}


def _titles() -> QuerySet[Any, Any]:
    """What the wordings for the right of a request are called, and those for every right; without their texts."""
    fitting = ReplyTemplate.objects.filter(right__in=("", OuterRef("right"))).order_by("title", "language")
    return fitting.values(told=JSONObject(pk="pk", title="title", language="language"))


def _ticked() -> QuerySet[Any, Any]:
    named = {"step": "step", "plan_hash": "plan_hash", "who": "ticked_by__email", "at": "ticked_at"}
    return Tick.objects.filter(request=OuterRef("pk")).order_by("ticked_at").values(told=JSONObject(**named))


def _newest(request_id: Any) -> Any:
    return entries_about(request_id).order_by().values("object_id").annotate(last=Max("seq")).values("last")


def _unread(request_id: Any) -> QuerySet[Message]:
    return Message.objects.filter(request=request_id, kind=MessageKind.FROM_PERSON, read_at__isnull=True)
