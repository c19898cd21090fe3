"""The door for apps to what somebody gets by e-mail: which topics there are, ask for some, end one (promise P2.4)."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from consent import services, wording
from consent.forms import WORDS_CHANGED
from consent.links import Named
from consent.models import Subscription
from consent.selectors import of_address
from consent.vocabulary import DESCRIPTIONS, State, Topic, Way
from privacy import limits
from privacy.actors import Actor
from privacy.api.callers import person_of
from privacy.api.door import door
from privacy.api.once import PARAMETER, once
from privacy.api.problems import Kind, Problem, too_often
from privacy.api.reading import Strict, Text, read
from privacy.api.schema import answers
from privacy.data_map.subject import subject_of_user

NONE = "none"


class WordsShape(serializers.Serializer[Any]):
    """The words under which somebody agrees: show them, and send the hash of those that were shown."""

    language = serializers.CharField()
    text = serializers.CharField()
    sha256 = serializers.CharField()


class TopicShape(serializers.Serializer[Any]):
    """One topic, and how it stands with the caller."""

    topic = serializers.ChoiceField(Topic.values)
    label = serializers.CharField()  # type: ignore[assignment] # the name of the member
    description = serializers.CharField()
    state = serializers.ChoiceField([NONE, *State.values], help_text="`pending` until the link in our message is used.")


class SubscriptionsShape(serializers.Serializer[Any]):
    """What the address of the account gets."""

    address = serializers.EmailField()
    words = WordsShape()
    topics = TopicShape(many=True)


class Subscribe(Strict):
    """Which topics somebody asks for, and under which words."""

    topics = serializers.ListField(
        child=serializers.ChoiceField(Topic.choices), allow_empty=False, max_length=len(Topic)
    )
    words = Text(max_length=64, help_text="The `sha256` of the words that were shown.")


@extend_schema(
    methods=["GET"],
    operation_id="subscriptions_read",
    summary="Read what you get by e-mail",
    tags=["Subscriptions"],
    responses=answers({200: SubscriptionsShape}),
)
@extend_schema(
    methods=["POST"],
    operation_id="subscriptions_ask",
    summary="Ask for messages about a topic",
    description="We write to the address once; only its answer to that message makes the subscription.",
    tags=["Subscriptions"],
    parameters=[PARAMETER],
    request=Subscribe,
    responses=answers({202: SubscriptionsShape}, Kind.CONFLICT),
)
@door("GET", "POST")
@once
def subscriptions(request: Request) -> Response:
    """What the address of the account gets, and asking for more."""
    if request.method != "POST":
        return Response(_shown(request))
    asked, words = read(Subscribe, request.data), wording.shown()
    if asked["words"] != words.sha256:
        raise Problem(Kind.CONFLICT, WORDS_CHANGED)
    if not limits.allows(request._request, "subscribe"):
        raise too_often(request._request)
    topics = tuple(Topic(topic) for topic in dict.fromkeys(asked["topics"]))
    wanted = services.Asked(str(person_of(request).email), topics, get_language() or "", words)
    sends = limits.allows(request._request, "subscribe_mail", key=wanted.address)
    services.ask(actor=_actor(request), asked=wanted, sends=sends)
    return Response(_shown(request), status=202)


@extend_schema(
    operation_id="subscriptions_end",
    summary="End the messages about a topic",
    tags=["Subscriptions"],
    responses=answers({204: None}),
)
@door("DELETE")
def subscription(request: Request, topic: str) -> Response:
    """End it at once, confirmed or not; ended twice it is ended (Art. 7(3) GDPR)."""
    if topic not in Topic.values:
        raise NotFound(_("There is no such topic."))
    row = next((row for row in _rows(request) if row.topic == topic), None)
    if row is not None:
        services.end(named=Named(row.pk, (Topic(topic),)), way=Way.CHOICES)
    return Response(status=204)


def _shown(request: Request) -> Any:
    words, states = wording.shown(), {row.topic: row.state for row in _rows(request)}
    topics = [
        {
            "topic": topic.value,
            "label": topic.label,
            "description": DESCRIPTIONS[topic],
            "state": states.get(topic, NONE),
        }
        for topic in Topic
    ]
    return SubscriptionsShape({"address": person_of(request).email, "words": words, "topics": topics}).data


def _rows(request: Request) -> list[Subscription]:
    return of_address(str(person_of(request).email))


def _actor(request: Request) -> Actor:
    person = person_of(request).pk
    return Actor.subject(person, subject_of_user(person).digest)
