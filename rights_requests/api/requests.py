"""Doors for apps to one's requests: make one, follow it, withdraw it, answer what we ask, appeal a refusal."""

from typing import Any
from uuid import uuid4

from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from privacy.api.callers import require_recent_proof
from privacy.api.door import door
from privacy.api.once import PARAMETER, key_of, once
from privacy.api.paging import PARAMETERS, page_of, page_shape
from privacy.api.problems import Kind, Problem
from privacy.api.reading import Strict, Text, read
from privacy.api.schema import answers
from privacy.api.tags import tagged
from rights_requests.api import asking, shapes
from rights_requests.api.caller import own, party_of
from rights_requests.models import RightsRequest
from rights_requests.people import Party
from rights_requests.selectors import request_of, requests_of
from rights_requests.services import appealing, terms, withdrawing

TAG = ["Requests"]


class FeeAnswer(Strict):
    """Whether a proposed fee is accepted."""

    accepted = serializers.BooleanField()


class AppealText(Strict):
    """Why a refusal is wrong, in one’s own words."""

    text = Text(max_length=2000)


@extend_schema(
    methods=["GET"],
    operation_id="requests_list",
    summary="List your requests",
    tags=TAG,
    parameters=PARAMETERS,
    responses=answers({200: page_shape(shapes.RequestLine)}),
)
@extend_schema(
    methods=["POST"],
    operation_id="requests_file",
    summary="Make a request",
    description=(
        "Records what you ask, and acknowledges it by e-mail. 201: it is new. 200: you had asked for the same already,"
        " and this is that request; nothing was sent twice. An erasure and a portability need a recent proof of who you"
        " are, as on the site."
    ),
    tags=TAG,
    parameters=[PARAMETER],
    request=asking.ANY,
    responses=answers({201: shapes.RequestShape, 200: shapes.RequestShape}, Kind.CONFLICT, Kind.REAUTHENTICATE),
)
@door("GET", "POST")
@once
def requests(request: Request) -> Response:
    """The person's requests, newest first; and a new one."""
    if request.method == "POST":
        return _filed(request)
    page = page_of(request, requests_of(party_of(request)), by="received_at")
    items = [shapes.RequestLine(shapes.line(row)).data for row in page.rows]
    return Response({"items": items, "next": page.next})


@extend_schema(
    operation_id="request_read",
    summary="Read one of your requests",
    tags=TAG,
    responses=answers({200: shapes.RequestShape}),
)
@door("GET")
def detail(request: Request, reference: str) -> Response:
    """Where a request stands, and what happens next and until when; with its version."""
    filed, who = own(request, reference)
    return tagged(request, shapes.whole(filed, who))


@extend_schema(
    operation_id="request_timeline",
    summary="Read what happened to a request",
    tags=TAG,
    responses=answers({200: inline_serializer("Timeline", {"items": shapes.EntryShape(many=True)})}),
)
@door("GET")
def history(request: Request, reference: str) -> Response:
    """Every step so far, oldest first, in words."""
    filed, _who = own(request, reference)
    return Response({"items": shapes.entries(filed)})


@extend_schema(
    operation_id="request_withdraw",
    summary="Withdraw a request",
    tags=TAG,
    parameters=[PARAMETER],
    request=None,
    responses=answers({200: shapes.RequestShape}, Kind.CONFLICT),
)
@door("POST")
@once
def withdraw(request: Request, reference: str) -> Response:
    """End one's own request; 409 when it is too late."""
    filed, who = own(request, reference)
    withdrawing.withdraw(request_id=filed.pk, actor=who.actor)
    return _now(filed, who)


@extend_schema(
    operation_id="request_answer_fee",
    summary="Accept or decline a fee",
    tags=TAG,
    parameters=[PARAMETER],
    request=FeeAnswer,
    responses=answers({200: shapes.RequestShape}, Kind.CONFLICT),
)
@door("POST")
@once
def fee(request: Request, reference: str) -> Response:
    """Answer a fee that was proposed; 409 where none waits for an answer."""
    filed, who = own(request, reference)
    accepted = read(FeeAnswer, request.data)["accepted"]
    terms.answer_fee(request_id=filed.pk, actor=who.actor, accepted=accepted)
    return _now(filed, who)


@extend_schema(
    operation_id="request_appeal",
    summary="Appeal a refusal",
    tags=TAG,
    parameters=[PARAMETER],
    request=AppealText,
    responses=answers({200: shapes.RequestShape}, Kind.CONFLICT),
)
@door("POST")
@once
def appeal(request: Request, reference: str) -> Response:
    """Have somebody who did not decide it look at a refusal again; 409 where that is not possible."""
    filed, who = own(request, reference)
    appealing.appeal(request_id=filed.pk, actor=who.actor, text=read(AppealText, request.data)["text"])
    return _now(filed, who)


def _filed(request: Request) -> Response:
    question, who = asking.question_of(request.data), party_of(request)
    given, country = asking.answers_of(question, request.data, who)
    if question.step_up:
        require_recent_proof(request)
    result = question.send(party=who, answers=given, key=key_of(request) or uuid4(), country=country)
    if result.request.right != question.right:
        raise Problem(Kind.OTHER_REQUEST, _("Use a new key for each thing that is to be done."))
    response = _now(result.request, who, status=201 if result.created or result.same_key else 200)
    response["Location"] = reverse("rights_api:request", kwargs={"reference": result.request.reference})
    return response


def _now(filed: RightsRequest, who: Party, *, status: int = 200) -> Response:
    """The request as it stands after what was done, fresh from the database."""
    found = request_of(who, filed.reference)
    shown: Any = shapes.whole(found, who)
    return Response(shown, status=status)
