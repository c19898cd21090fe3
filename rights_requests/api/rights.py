"""Doors for apps to what each right does, and to what must be read before two of them can be asked for."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from privacy.api.door import door
from privacy.api.schema import answers
from privacy.data_map.plan import PlanItem, plan
from privacy.data_map.rectify import Held, held
from privacy.vocabulary import Right
from rights_requests import pages
from rights_requests.api.caller import party_of
from rights_requests.questions.table import QUESTIONS
from rights_requests.services import correcting

TAG = ["Rights"]


class RightShape(serializers.Serializer[Any]):
    """One right: what it does, how long it takes, and the open request of the caller if there is one."""

    right = serializers.ChoiceField(Right.values)
    text = serializers.CharField()
    time = serializers.CharField()
    button = serializers.CharField()
    needs_recent_proof = serializers.BooleanField(help_text="Whether the password is asked for once more.")
    open = serializers.CharField(allow_null=True, help_text="The reference of the open request.")


class PartShape(serializers.Serializer[Any]):
    """One part of what we hold."""

    slug = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()
    count = serializers.IntegerField()
    reason = serializers.CharField(allow_blank=True, help_text="Why it stays, where it does.")


class PlanShape(serializers.Serializer[Any]):
    """What a deletion would do; `hash` goes with the request, so that nothing happens that nobody has read."""

    hash = serializers.CharField()
    goes = PartShape(many=True)
    blanked = PartShape(many=True)
    stays = PartShape(many=True)
    cooling_off_hours = serializers.IntegerField(help_text="So long one can change one’s mind.")


class ValueShape(serializers.Serializer[Any]):
    """One value that may be corrected."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment] # the name of the member
    part = serializers.CharField()
    text = serializers.CharField(allow_blank=True)
    correctable = serializers.BooleanField(help_text="False: you change it yourself, on the page of the account.")


class ValuesShape(serializers.Serializer[Any]):
    """What may be corrected; `seen` goes with the request."""

    seen = serializers.CharField()
    values = ValueShape(many=True)


@extend_schema(
    operation_id="rights",
    summary="List what you can ask for",
    tags=TAG,
    responses=answers({200: inline_serializer("Rights", {"items": RightShape(many=True)})}),
)
@door("GET", public=True)
def rights(request: Request) -> Response:
    """Every right, for everybody, known or not (Art. 12(2) GDPR)."""
    who = party_of(request) if request.user.is_authenticated else None
    items = [
        RightShape(
            {
                **offer,
                "open": offer["already"].reference if offer["already"] else None,
                "needs_recent_proof": QUESTIONS[offer["right"]].step_up,
            }
        ).data
        for offer in pages.offers(who, QUESTIONS)
    ]
    return Response({"items": items})


@extend_schema(
    operation_id="erasure_plan",
    summary="See what would be deleted",
    tags=TAG,
    responses=answers({200: PlanShape}),
)
@door("GET")
def erasure_plan(request: Request) -> Response:
    """What a deletion would do with everything we hold about the caller at this moment."""
    parts = pages.plan_parts(plan(party_of(request).subject, Right.ERASURE))
    told = {
        "hash": parts.hash,
        "goes": _parts(parts.goes),
        "blanked": _parts(parts.blanked),
        "stays": _parts(parts.stays),
        "cooling_off_hours": settings.ERASURE_COOLING_OFF_HOURS,
    }
    return Response(PlanShape(told).data)


@extend_schema(
    operation_id="rectifiable_values",
    summary="Read what can be corrected",
    tags=TAG,
    responses=answers({200: ValuesShape}),
)
@door("GET")
def values(request: Request) -> Response:
    """Every value about the caller that may be corrected, as it stands."""
    found = list(held(party_of(request).subject))
    told = {"seen": correcting.fingerprint(found), "values": [_value(value) for value in found]}
    return Response(ValuesShape(told).data)


def _parts(items: Iterable[PlanItem]) -> list[dict[str, Any]]:
    return [
        {name: getattr(item, name) for name in ("slug", "title", "description", "count", "reason")} for item in items
    ]


def _value(value: Held) -> dict[str, Any]:
    return {
        "key": value.key,
        "label": value.label,
        "part": value.holding.title,
        "text": value.text,
        "correctable": value.elsewhere is None,
    }
