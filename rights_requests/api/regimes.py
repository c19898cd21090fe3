"""What everybody may read: the clocks of the laws, by which an answer is due."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from privacy.api.door import door
from privacy.api.schema import answers
from rights_requests.regimes.book import REGIMES, RULE_VERSION
from rights_requests.regimes.places import name_of
from rights_requests.regimes.record import Clock, Regime, Span, Unit


class SpanShape(serializers.Serializer[Any]):
    """A length of time, as a law says it."""

    amount = serializers.IntegerField()
    unit = serializers.ChoiceField([unit.value for unit in Unit])


class ClockShape(serializers.Serializer[Any]):
    """How long an answer may take."""

    answer = SpanShape()
    extension = SpanShape(allow_null=True, help_text="By how much it may grow once; null where it may not.")
    acknowledgement = SpanShape(allow_null=True, help_text="By when the receipt must be acknowledged.")
    is_law = serializers.BooleanField(help_text="Whether this is the law, read in its source; else our commitment.")
    source = serializers.CharField()  # type: ignore[assignment] # the name of the member


class AuthorityShape(serializers.Serializer[Any]):
    """Who takes complaints."""

    name = serializers.CharField()
    url = serializers.CharField()


class PlaceShape(serializers.Serializer[Any]):
    """A place: a country, or California."""

    code = serializers.CharField()
    name = serializers.CharField()


class RegimeShape(serializers.Serializer[Any]):
    """The clock of one law, for the people of some places."""

    code = serializers.CharField()
    law = serializers.CharField()
    places = PlaceShape(many=True)
    clock = ClockShape()
    by_right = serializers.DictField(child=ClockShape(), help_text="Rights that have another clock.")
    authority = AuthorityShape(allow_null=True)


@extend_schema(
    operation_id="regimes",
    summary="List the clocks of the laws",
    tags=["Regimes"],
    responses=answers(
        {
            200: inline_serializer(
                "Regimes",
                {
                    "rule_version": serializers.CharField(help_text="Another one when any number has changed."),
                    "elsewhere": serializers.CharField(),
                    "items": RegimeShape(many=True),
                },
            )
        }
    ),
)
@cache_control(public=True, max_age=0)
@door("GET", public=True)
def regimes(request: Request) -> Response:
    """Every law that we count by, in no pages: there are few of them. Elsewhere the shortest term counts."""
    elsewhere = _("Where no law is known for a place, the shortest of all these terms counts.")
    items = [RegimeShape(_shown(regime)).data for regime in REGIMES]
    return Response({"rule_version": RULE_VERSION, "elsewhere": str(elsewhere), "items": items})


def _shown(regime: Regime) -> Mapping[str, Any]:
    return {
        "code": regime.code,
        "law": regime.law,
        "places": [{"code": place, "name": name_of(place)} for place in regime.countries],
        "clock": _clock(regime.clock),
        "by_right": {str(right): _clock(clock) for right, clock in regime.per_right.items()},
        "authority": {"name": regime.authority.name, "url": regime.authority.url} if regime.authority else None,
    }


def _clock(clock: Clock) -> Mapping[str, Any]:
    return {
        "answer": _span(clock.answer),
        "extension": _span(clock.extension),
        "acknowledgement": _span(clock.acknowledgement),
        "is_law": clock.is_law,
        "source": clock.source.title,
    }


def _span(span: Span | None) -> Mapping[str, Any] | None:
    return None if span is None else {"amount": span.amount, "unit": span.unit.value}
