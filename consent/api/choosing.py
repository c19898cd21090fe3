"""The door of consent for our App: what is asked, how it stands with the caller, and a choice with its receipt.

A signed-in caller is the account, with the usual check against forged requests. Any other keeps a reference and gets
no cookie; what a browser may send by itself is not taken for theirs when they choose.
"""

from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from consent import choices, deciding, reading, receipts, scopes
from consent.choices import Consent
from consent.cookies import Choice, reference_of
from consent.notices import Notice
from consent.references import OfReference, latest
from consent.vocabulary import ChoiceState, Method
from privacy import limits
from privacy.api.door import door
from privacy.api.problems import Kind, Problem, Wrong, too_often
from privacy.api.reading import Strict, StrictJSON, Text, read
from privacy.api.schema import answers

REFERENCE = "Consent-Ref"
_REFERENCE = OpenApiParameter(
    REFERENCE, str, OpenApiParameter.HEADER, description="The reference that an earlier answer gave."
)
_LANGUAGE = OpenApiParameter("language", str, description="The language of the notice, before `Accept-Language`.")


class SmallJSON(StrictJSON):
    """A choice says a number, a word for each purpose and a reference; of a longer request no more is read."""

    most_bytes = 4096


class Said(Strict):
    """A choice as the App says it: under which notice, and "given" or "refused" for each purpose that it is about."""

    notice = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    states = serializers.DictField(child=serializers.ChoiceField(ChoiceState.choices), allow_empty=False)
    ref = Text(required=False, allow_null=True, allow_blank=True, max_length=200)


class NoticeShape(serializers.Serializer[Any]):
    """The notice in force: show its texts as they are, for the proof names it."""

    number = serializers.IntegerField()
    language = serializers.CharField()
    sha256 = serializers.CharField()
    content = serializers.DictField()


class ChoiceShape(serializers.Serializer[Any]):
    """What counts for the caller."""

    scope = serializers.ChoiceField(["account", "reference", "browser"])
    states = serializers.DictField(child=serializers.CharField())
    notice = serializers.IntegerField()
    decided_at = serializers.DateTimeField()
    valid_until = serializers.DateTimeField()
    gpc = serializers.BooleanField(help_text="Whether Global Privacy Control was sent with it.")


class ToldShape(serializers.Serializer[Any]):
    """What is asked, and how it stands."""

    notice = NoticeShape(allow_null=True)
    choice = ChoiceShape(allow_null=True)
    allowed = serializers.ListField(child=serializers.CharField(), help_text="What may be done today.")
    open = serializers.ListField(child=serializers.CharField(), help_text="What to ask about; nobody when empty.")


class ReceiptShape(serializers.Serializer[Any]):
    """The proof of a choice."""

    number = serializers.CharField()
    address = serializers.CharField()


class SavedShape(serializers.Serializer[Any]):
    """What counts from now on, with its proof."""

    choice = ChoiceShape()
    receipt = ReceiptShape(allow_null=True)
    ref = serializers.CharField(allow_null=True, help_text="Keep it, and send it with every later request.")


@extend_schema(
    methods=["GET"],
    operation_id="consent_read",
    summary="Read what is asked about trackers, and how the caller decided",
    tags=["Consent"],
    parameters=[_LANGUAGE, _REFERENCE],
    responses=answers({200: ToldShape}),
)
@extend_schema(
    methods=["POST"],
    operation_id="consent_choose",
    summary="Save a choice about trackers",
    tags=["Consent"],
    parameters=[_LANGUAGE],
    request=Said,
    responses=answers({200: SavedShape}, Kind.CONFLICT),
)
@door("GET", "POST", public=True, reads=[SmallJSON])
def consent(request: Request) -> Response:
    """GET: the notice in force, and the present choice of the caller. POST: save a choice."""
    language = request.query_params.get("language", "")
    if translation.check_for_language(language):
        translation.activate(language)
    answer = _saved(request) if request.method == "POST" else _told(request)
    answer["Content-Language"] = translation.get_language()
    patch_vary_headers(answer, ("Accept-Language", REFERENCE))
    return answer


def _told(request: Request) -> Response:
    found, reference = choices.of(request), request.headers.get(REFERENCE)
    if reference is not None and not found.user_id:
        found = OfReference(found.request, reference)
    told = {
        "notice": _notice(found.notice) if found.notice else None,
        "choice": _choice(found.choice, found) if found.choice else None,
        "allowed": [one.purpose["code"] for one in found.asked if one.state == ChoiceState.GIVEN],
        "open": found.open,
    }
    return Response(ToldShape(told).data)


def _saved(request: Request) -> Response:
    """As the form does it: 409 old notice, 422 unreadable, 429 too often; then nothing is saved."""
    said = read(Said, request.data)
    found = choices.of(request)
    if not found.user_id:
        found = OfReference(found.request, said.get("ref") or "")
    if not limits.allows(found.request, "consent"):
        raise too_often(found.request, _("Too many choices from your network. Wait a minute."))
    act = deciding.Act(
        said["notice"],
        said["states"],
        Method.API,
        language=translation.get_language() or "",
        gpc=found.sends_gpc,
    )
    try:
        who = reading.who_of(found.request, found)
        decided = deciding.decide(who=who, act=act)
    except deciding.StaleNotice as error:
        raise Problem(Kind.CONFLICT, _("The notice has changed. Get it again and ask anew.")) from error
    except deciding.UnknownPurpose as error:
        words = _("The notice does not ask about this: %(codes)s.") % {"codes": error}
        raise Problem(Kind.INVALID, wrong=[Wrong("#/states", words, "unknown")]) from error
    if request.auth is None:
        # In the session of a browser; that of an app's token would come back to it as a cookie.
        scopes.known(found.request)
    number = decided.number or _number_before(who)
    saved = {
        "choice": _choice(decided.choice, found),
        "receipt": {"number": str(number), "address": receipts.address_of(number)} if number else None,
        "ref": reference_of(decided.ref) if decided.ref else None,
    }
    return Response(SavedShape(saved).data)


def _number_before(who: deciding.Who) -> UUID | None:
    """The number of the choice that holds, where the same was chosen before."""
    event = latest(who.digests)
    return event.key if event else None


def _notice(notice: Notice) -> dict[str, Any]:
    return {
        "number": notice.number,
        "language": notice.language,
        "sha256": notice.sha256,
        "content": notice.content,
    }


def _choice(choice: Choice, found: Consent) -> dict[str, Any]:
    scope = "account" if found.user_id else "reference" if isinstance(found, OfReference) else "browser"
    return {
        "scope": scope,
        "states": choice.states,
        "notice": choice.notice,
        "decided_at": choice.decided_at,
        "valid_until": choice.valid_until,
        "gpc": choice.gpc,
    }
