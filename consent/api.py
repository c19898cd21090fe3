"""The door of consent for our App: what is asked, how it stands with the caller, and a choice with its receipt.

A signed-in caller is the account, with the usual check against forged requests. Any other keeps a reference and gets
no cookie; what a browser may send by itself is not taken for theirs when they choose.
"""

from collections.abc import Mapping
from http import HTTPStatus
from io import BytesIO
from typing import Any

from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.authentication import SessionAuthentication
from rest_framework.decorators import (
    api_view,
    authentication_classes,
    parser_classes,
    permission_classes,
    renderer_classes,
)
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from consent import choices, deciding, reading, receipts, scopes
from consent.choices import Consent
from consent.cookies import Choice, reference_of
from consent.notices import Notice
from consent.references import OfReference, latest
from consent.vocabulary import ChoiceState, Method
from privacy import limits

# A choice says a number, a word for each purpose and a reference; of a longer request no more is read.
MOST_BYTES = 4096
REFERENCE = "Consent-Ref"


class Refused(APIException):
    """Nothing was saved; why, in words for whoever writes the App."""

    def __init__(self, status: HTTPStatus, detail: Any) -> None:
        super().__init__(detail)
        self.status_code = status


class SmallJSON(JSONParser):
    """JSON of MOST_BYTES at most."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """The data; 413 when there is more of it."""
        body = stream.read(MOST_BYTES + 1)
        if len(body) > MOST_BYTES:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _("A choice is shorter than that."))
        try:
            return super().parse(BytesIO(body), media_type, parser_context)
        except RecursionError as error:
            raise ParseError from error


class Said(serializers.Serializer[Any]):
    """A choice as the App says it: under which notice, and "given" or "refused" for each purpose that it is about."""

    notice = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    states = serializers.DictField(child=serializers.ChoiceField(ChoiceState.choices), allow_empty=False)
    ref = serializers.CharField(required=False, allow_null=True, allow_blank=True, max_length=200)

    def to_internal_value(self, data: Any) -> Any:
        """The choice; a name that we do not know is refused rather than overlooked."""
        unknown = set(data) - set(self.fields) if isinstance(data, Mapping) else ()
        if unknown:
            raise serializers.ValidationError({str(name): [_("We do not know this field.")] for name in unknown})
        return super().to_internal_value(data)


@api_view(["GET", "HEAD", "POST"])
@authentication_classes([SessionAuthentication])
@permission_classes([])
@parser_classes([SmallJSON])
@renderer_classes([JSONRenderer])
def consent(request: Request) -> Response:
    """GET: the notice in force, and the present choice of the caller. POST: save a choice."""
    language = request.query_params.get("language", "")
    if not translation.check_for_language(language):
        language = translation.get_language_from_request(request)
    with translation.override(language):
        answer = _saved(request) if request.method == "POST" else _told(request)
    answer["Content-Language"] = language
    patch_vary_headers(answer, ("Accept-Language", REFERENCE))
    return answer


def _told(request: Request) -> Response:
    found, reference = choices.of(request), request.headers.get(REFERENCE)
    if reference is not None and not found.user_id:
        found = OfReference(found.request, reference)
    return Response(
        {
            "notice": _notice(found.notice) if found.notice else None,
            "choice": _choice(found.choice, found) if found.choice else None,
            "allowed": [one.purpose["code"] for one in found.asked if one.state == ChoiceState.GIVEN],
            "open": found.open,
        }
    )


def _saved(request: Request) -> Response:
    """As the form does it: 409 old notice, 422 unreadable, 429 too often; then nothing is saved."""
    said = _read(request)
    found = choices.of(request)
    if not found.user_id:
        found = OfReference(found.request, said.get("ref") or "")
    if not limits.allows(found.request, "consent"):
        raise Refused(HTTPStatus.TOO_MANY_REQUESTS, _("Too many choices from your network. Wait a minute."))
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
        raise Refused(HTTPStatus.CONFLICT, _("The notice has changed. Get it again and ask anew.")) from error
    except deciding.UnknownPurpose as error:
        words = _("The notice does not ask about this: %(codes)s.") % {"codes": error}
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, {"states": [words]}) from error
    scopes.known(found.request)
    event = decided.event or latest(who.digest)
    return Response(
        {
            "choice": _choice(decided.choice, found),
            "receipt": {"number": str(event.key), "address": receipts.address_of(event)} if event else None,
            "ref": reference_of(decided.ref) if decided.ref else None,
        }
    )


def _read(request: Request) -> dict[str, Any]:
    try:
        form = Said(data=request.data)
    except ParseError as error:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, _("This is no JSON that we can read.")) from error
    if not form.is_valid():
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, form.errors)
    return dict(form.validated_data)


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
