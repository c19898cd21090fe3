"""What apps read of a request: the same facts as its page shows, in members beside the sentences."""

from collections.abc import Mapping
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, TextField
from django.db.models.functions import Cast, JSONObject
from rest_framework import serializers

from privacy.vocabulary import Right
from rights_requests import pages
from rights_requests.models import Evidence, Message, RightsRequest, State
from rights_requests.people import Party
from rights_requests.selectors import next_step, timeline
from rights_requests.states import Event, allows
from rights_requests.vocabulary import MessageKind, RequesterRole


class StatusShape(serializers.Serializer[Any]):
    """Where a request stands."""

    state = serializers.ChoiceField(State.values, help_text="For programs.")
    label = serializers.CharField(help_text="For people; an open request past its day is late.")  # type: ignore[assignment] # the name of the member


class RequestLine(serializers.Serializer[Any]):
    """One request, told in one line."""

    reference = serializers.CharField()
    right = serializers.ChoiceField(Right.values)
    status = StatusShape()
    received_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(help_text="By when it is answered, at the latest.")
    paused_at = serializers.DateTimeField(allow_null=True, help_text="Since when the clock stands still, if it does.")
    closed_at = serializers.DateTimeField(allow_null=True)
    for_someone_else = serializers.BooleanField()
    has_news = serializers.BooleanField(help_text="Whether a message of ours was not read yet.")


class StepShape(serializers.Serializer[Any]):
    """What happens next."""

    title = serializers.CharField()
    text = serializers.CharField()
    by_when = serializers.DateTimeField(allow_null=True)
    who = serializers.ChoiceField(["us", "you", "nobody"], help_text="On whom it waits.")


class EntryShape(serializers.Serializer[Any]):
    """Something that happened."""

    at = serializers.DateTimeField()
    event = serializers.CharField()
    title = serializers.CharField()
    text = serializers.CharField()


class PackageShape(serializers.Serializer[Any]):
    """A copy that can be downloaded."""

    size = serializers.IntegerField(help_text="In bytes.")
    sha256 = serializers.CharField()
    expires_at = serializers.DateTimeField(help_text="From then on it is destroyed.")


class RefusalShape(serializers.Serializer[Any]):
    """Why a request was refused."""

    reason = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment] # the name of the member
    text = serializers.CharField()


class RequestShape(RequestLine):
    """One request, whole."""

    country = serializers.CharField(allow_blank=True)
    regime = serializers.CharField(allow_blank=True, help_text="The law whose clock runs, by its code.")
    message = serializers.CharField(allow_blank=True)
    next = StepShape()
    package = PackageShape(allow_null=True)
    refusal = RefusalShape(allow_null=True)
    has_receipt = serializers.BooleanField()
    can_withdraw = serializers.BooleanField()


class FileShape(serializers.Serializer[Any]):
    """A file that goes with a message."""

    id = serializers.UUIDField()
    media_type = serializers.CharField()
    size = serializers.IntegerField(help_text="In bytes.")


class MessageShape(serializers.Serializer[Any]):
    """One message."""

    id = serializers.UUIDField()
    from_us = serializers.BooleanField()
    text = serializers.CharField()
    sent_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)
    files = FileShape(many=True)


def line(request: RightsRequest) -> dict[str, Any]:
    """One line of the list; no query."""
    return {
        "reference": request.reference,
        "right": request.right,
        "status": {"state": request.state, "label": pages.status(request).label},
        "received_at": request.received_at,
        "due_at": request.due_at,
        "paused_at": request.paused_at,
        "closed_at": request.closed_at,
        "for_someone_else": request.requester_role != RequesterRole.SELF,
        "has_news": getattr(request, "has_news", False),
    }


def whole(request: RightsRequest, who: Party) -> Mapping[str, Any]:
    """A request but for its timeline and its messages; what somebody wrote is shown to nobody else."""
    package = pages.open_package(request)
    told = {
        **line(request),
        "country": request.country,
        "regime": request.regime,
        "message": pages.words_of(request, who),
        "next": next_step(request),
        "package": package,
        "refusal": _refusal(request),
        "has_receipt": getattr(request, "receipt", None) is not None,
        "can_withdraw": allows(request, Event.WITHDRAW) and request.requester_role != RequesterRole.REPORTER,
    }
    shown: Mapping[str, Any] = RequestShape(told).data
    return shown


def entries(request: RightsRequest) -> list[Mapping[str, Any]]:
    """What happened to a request, oldest first."""
    return [EntryShape({**vars(entry), "event": entry.kind}).data for entry in timeline(request)]


def files_with(messages: QuerySet[Message]) -> QuerySet[Message]:
    """The messages, each with what can still be taken of its files, in the same query."""
    told = JSONObject(id=Cast("id", TextField()), media_type="media_type", size="size")
    there = Evidence.objects.filter(message=OuterRef("pk"), destroyed_at__isnull=True).order_by("pk")
    return messages.annotate(files=ArraySubquery(there.values_list(told, flat=True)))


def message(written: Message) -> Mapping[str, Any]:
    """One message with its files, which `files_with` fetched with it."""
    told = {
        "id": written.pk,
        "from_us": written.kind == MessageKind.TO_PERSON,
        "text": written.text,
        "sent_at": written.sent_at,
        "read_at": written.read_at,
        "files": written.files,  # type: ignore[attr-defined] # the query above put it there
    }
    shown: Mapping[str, Any] = MessageShape(told).data
    return shown


def _refusal(request: RightsRequest) -> Mapping[str, Any] | None:
    if request.state != State.REFUSED or not request.refusal_reason:
        return None
    return {
        "reason": request.refusal_reason,
        "label": request.get_refusal_reason_display(),
        "text": request.refusal_text,
    }
