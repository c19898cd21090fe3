"""The doors for apps to shared cards: those that one gives, and those that one is given (promise P8.1)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.http import urlencode
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.errors import GrantNotFound, SharingRefused, TooManyShares
from accounts.models import SharingGrant
from accounts.services import actor_of
from accounts.sharing import selectors, services
from accounts.sharing.forms import LASTS, ShareForm
from accounts.sharing.selectors import Card
from accounts.vocabulary import CardPart
from privacy.actors import Actor
from privacy.api.callers import person_of
from privacy.api.door import door
from privacy.api.once import PARAMETER, once
from privacy.api.paging import page_shape
from privacy.api.problems import Kind, wrong_in_form
from privacy.api.reading import Strict, read
from privacy.api.schema import answers

TAG = ["Sharing"]
REFUSALS: Mapping[type[Exception], Kind] = {
    GrantNotFound: Kind.NOT_FOUND,
    SharingRefused: Kind.CONFLICT,
    TooManyShares: Kind.TOO_MANY,
}
CURSOR = OpenApiParameter("cursor", str, description="Where to go on, as `next` of the page before says it.")


class GrantShape(serializers.Serializer[Any]):
    """A card that the caller gives: who may see what of the profile, since when and until when, and who looked."""

    id = serializers.UUIDField(source="pk")
    email = serializers.EmailField(source="viewer_email")
    parts = serializers.ListField(child=serializers.ChoiceField(CardPart.values))
    made_at = serializers.DateTimeField()
    until = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    looks = serializers.IntegerField(help_text="How often it was looked at.")
    last_look = serializers.DateTimeField(allow_null=True)


class CardLineShape(serializers.Serializer[Any]):
    """One part of somebody's profile."""

    part = serializers.ChoiceField(CardPart.values)
    label = serializers.CharField()  # type: ignore[assignment] # the name of the member
    value = serializers.CharField()


class CardShape(serializers.Serializer[Any]):
    """A card that the caller is given; `lines` is empty in the list, for a look is on record."""

    id = serializers.UUIDField(source="grant.pk")
    who = serializers.CharField(allow_blank=True)
    until = serializers.DateTimeField(source="grant.until")
    lines = CardLineShape(many=True)


class ShareCard(Strict):
    """Who may see which parts, and for how many days."""

    email = serializers.EmailField(max_length=254)
    parts = serializers.ListField(
        child=serializers.ChoiceField(CardPart.choices), allow_empty=False, max_length=len(CardPart)
    )
    days = serializers.ChoiceField([(days, str(days)) for days in LASTS])


@extend_schema(
    methods=["GET"],
    operation_id="grants_list",
    summary="List the cards you share",
    tags=TAG,
    responses=answers({200: page_shape(GrantShape)}),
)
@extend_schema(
    methods=["POST"],
    operation_id="grants_share",
    summary="Share a card",
    description="Whoever has confirmed the address sees these parts of your profile until then; we write to it once.",
    tags=TAG,
    parameters=[PARAMETER],
    request=ShareCard,
    responses=answers({201: GrantShape}, Kind.CONFLICT),
)
@door("GET", "POST")
@once
def grants(request: Request) -> Response:
    """The cards that can be seen now, the newest first, in no pages: there are few. And one more."""
    person = person_of(request).pk
    if request.method != "POST":
        return Response({"items": GrantShape(selectors.given_now(person), many=True).data, "next": None})
    form = ShareForm(read(ShareCard, request.data), own=selectors.own_parts(person))
    if not form.is_valid():
        raise wrong_in_form(form)
    said = form.cleaned_data
    made = services.share(
        actor=_actor(request), viewer_email=said["email"], parts=said["parts"], days=int(said["days"])
    )
    response = Response(_shown(request, made.pk), status=201)
    response["Location"] = reverse("sharing_api:grant", kwargs={"grant_id": made.pk})
    return response


@extend_schema(
    methods=["GET"],
    operation_id="grant_read",
    summary="Read a card you share",
    tags=TAG,
    responses=answers({200: GrantShape}),
)
@extend_schema(
    methods=["DELETE"],
    operation_id="grant_end",
    summary="Take a card back",
    tags=TAG,
    responses=answers({204: None}),
)
@door("GET", "DELETE")
def grant(request: Request, grant_id: UUID) -> Response:
    """One card that the caller gave, alive or not; taken back it ends at once, and twice it has ended."""
    if request.method == "DELETE":
        services.end(actor=_actor(request), grant_id=grant_id)
        return Response(status=204)
    return Response(_shown(request, grant_id))


@extend_schema(
    operation_id="grant_extend",
    summary="Share a card for longer",
    tags=TAG,
    parameters=[PARAMETER],
    request=None,
    responses=answers({200: GrantShape}, Kind.CONFLICT),
)
@door("POST")
@once
def extend(request: Request, grant_id: UUID) -> Response:
    """A month longer, up to a year in all; each time adds, so send a key."""
    services.extend(actor=_actor(request), grant_id=grant_id)
    return Response(_shown(request, grant_id))


@extend_schema(
    operation_id="cards_list",
    summary="List the cards shared with you",
    tags=TAG,
    parameters=[CURSOR],
    responses=answers({200: page_shape(CardShape)}),
)
@door("GET")
def cards(request: Request) -> Response:
    """Whose cards the caller may see now, the newest first, without what stands on them."""
    found, after = selectors.received(person_of(request).pk, request.query_params.get("cursor", ""))
    onward = f"{request._request.path}?{urlencode({'cursor': after})}" if after else None
    return Response({"items": [_card(one) for one in found], "next": onward})


@extend_schema(
    methods=["GET"],
    operation_id="card_look",
    summary="Look at a card shared with you",
    description="The look is on record, and its owner sees it.",
    tags=TAG,
    responses=answers({200: CardShape}),
)
@extend_schema(
    methods=["DELETE"],
    operation_id="card_refuse",
    summary="Give a card back",
    tags=TAG,
    responses=answers({204: None}),
)
@door("GET", "DELETE")
def card(request: Request, grant_id: UUID) -> Response:
    """What stands on a card at this moment; given back, it is not there any more."""
    if request.method == "DELETE":
        services.refuse(actor=_actor(request), grant_id=grant_id)
        return Response(status=204)
    return Response(_card(services.look(actor=_actor(request), grant_id=grant_id)))


def _actor(request: Request) -> Actor:
    return actor_of(person_of(request).pk)


def _shown(request: Request, grant_id: UUID) -> Any:
    found: SharingGrant = selectors.given(person_of(request).pk, grant_id)
    return GrantShape(found).data


def _card(shown: Card) -> Any:
    return CardShape(shown).data
