"""Doors for apps to the messages of a request and to the files that go with it."""

from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from privacy import limits
from privacy.api.callers import require_recent_proof
from privacy.api.door import door
from privacy.api.once import PARAMETER, once
from privacy.api.paging import PARAMETERS, page_of, page_shape
from privacy.api.problems import Kind, Problem, too_often, wrong_in_form
from privacy.api.reading import Strict, StrictJSON, Text, read
from privacy.api.schema import answers
from privacy.uploads.arriving import receives_files
from privacy.uploads.limits import DEFAULT
from privacy.uploads.serving import MEDIA_TYPES, file_answer
from rights_requests import pages, rules
from rights_requests.api import shapes
from rights_requests.api.caller import own
from rights_requests.errors import WrongState
from rights_requests.forms import MessageForm, ProofForm
from rights_requests.models import Decision, Message, RightsRequest
from rights_requests.people import Party
from rights_requests.selectors import open_question, takes_proofs
from rights_requests.services import evidence, messaging
from rights_requests.vocabulary import AskReason, DecisionKind, EvidenceKind

TAG = ["Messages"]
_NO_PAPERS = gettext_lazy(
    "Where we ask who you are, send no papers with a message. The page of your request says what to send, and how."
)


class MessageText(Strict):
    """A message in words."""

    text = Text(max_length=5000)


class MessageWithFile(MessageText):
    """A message with a file: a picture (JPEG or PNG) or a PDF of up to 10 MB."""

    file = serializers.FileField(required=False)


class ProofFile(Strict):
    """A file that shows what somebody says: a picture (JPEG or PNG) or a PDF of up to 10 MB."""

    file = serializers.FileField()


@extend_schema(
    methods=["GET"],
    operation_id="messages_list",
    summary="Read the messages of a request",
    tags=TAG,
    parameters=PARAMETERS,
    responses=answers({200: page_shape(shapes.MessageShape)}),
)
@extend_schema(
    methods=["POST"],
    operation_id="messages_write",
    summary="Write to us about a request",
    description="While a question of ours is open, this is the answer to it.",
    tags=TAG,
    parameters=[PARAMETER],
    request={"application/json": MessageText, "multipart/form-data": MessageWithFile},
    responses=answers({201: shapes.MessageShape}, Kind.CONFLICT),
)
@receives_files(files=1, bytes_each=DEFAULT.file_bytes)
@door("GET", "POST", reads=[StrictJSON, MultiPartParser])
@once
def messages(request: Request, reference: str) -> Response:
    """What was written to and fro, newest first; and a new message."""
    filed, who = own(request, reference)
    if request.method == "POST":
        return _written(request, filed, who)
    page = page_of(request, shapes.files_with(pages.thread(filed, who)), by="sent_at")
    return Response({"items": [shapes.message(row) for row in page.rows], "next": page.next})


@extend_schema(
    operation_id="messages_seen",
    summary="Say that our messages were read",
    tags=TAG,
    request=None,
    responses=answers({204: None}),
)
@door("POST")
def seen(request: Request, reference: str) -> Response:
    """Mark what we wrote as read; reading it changes nothing by itself."""
    filed, who = own(request, reference)
    messaging.mark_seen(request_id=filed.pk, actor=who.actor)
    return Response(status=204)


@extend_schema(
    operation_id="proofs_add",
    summary="Send a file that shows what you say",
    tags=TAG,
    parameters=[PARAMETER],
    request={"multipart/form-data": ProofFile},
    responses=answers({201: shapes.FileShape}, Kind.CONFLICT),
)
@receives_files(files=1, bytes_each=DEFAULT.file_bytes)
@door("POST", reads=[MultiPartParser])
@once
def proofs(request: Request, reference: str) -> Response:
    """Keep a file sealed, until the request is decided; only a request for rectification takes one."""
    filed, who = own(request, reference)
    if not takes_proofs(filed):
        raise WrongState(_("This request takes no more files. This page says where it stands."))
    _count_file(request)
    form = ProofForm(None, _files(_file(request)))
    if not form.is_valid():
        raise wrong_in_form(form)
    given = {"kind": EvidenceKind.PROOF, "file": form.cleaned_data["file"]}
    kept = evidence.keep(request_id=filed.pk, actor=who.actor, **given)
    return Response(shapes.FileShape(kept).data, status=201)


@extend_schema(
    operation_id="files_read",
    summary="Take a file that goes with a message",
    tags=TAG,
    responses=answers(
        dict.fromkeys(((200, media_type) for media_type in MEDIA_TYPES), bytes), Kind.REAUTHENTICATE, Kind.GONE
    ),
)
@door("GET")
def file(request: Request, reference: str, evidence_id: UUID) -> HttpResponse:
    """A file of ours or theirs, for whoever just showed who they are."""
    filed, who = own(request, reference)
    require_recent_proof(request)
    shown = evidence.hand_over(request_id=filed.pk, evidence_id=evidence_id, actor=who.actor)
    return file_answer(shown.content, media_type=shown.media_type, name=shown.name)


def _written(request: Request, filed: RightsRequest, who: Party) -> Response:
    question = open_question(filed) if rules.is_asker(filed, who.actor) else None
    given, file = _read(request, question)
    form = MessageForm(given, _files(file))
    if not form.is_valid():
        raise wrong_in_form(form)
    said: Any = form.cleaned_data
    written = messaging.write_to_us(request_id=filed.pk, actor=who.actor, text=said["text"], file=said["file"])
    whole = shapes.files_with(Message.objects.filter(pk=written.pk)).get()
    return Response(shapes.message(whole), status=201)


def _read(request: Request, question: Decision | None) -> tuple[dict[str, Any], Any]:
    """The words and the file; where we ask who somebody is no file is taken, as on the page."""
    file = _file(request)
    given = read(MessageWithFile, request.data) if file is not None else read(MessageText, request.data)
    if file is None:
        return given, None
    if question is not None and question.kind == DecisionKind.ASK and question.reason == AskReason.IDENTITY:
        raise Problem(Kind.CONFLICT, _NO_PAPERS)
    _count_file(request)
    return {"text": given["text"]}, file


def _file(request: Request) -> Any:
    return request.data.get("file") if hasattr(request.data, "getlist") else None


def _files(file: Any) -> MultiValueDict[str, UploadedFile]:
    return MultiValueDict({"file": [file]} if file is not None else {})


def _count_file(request: Request) -> None:
    if not limits.allows(request._request, "file"):
        raise too_often(request._request)
