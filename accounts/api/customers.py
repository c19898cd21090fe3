"""The door for the systems of Customers to the people whom they enrolled (P1.3): by a key, within its scopes."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import enrolling, keys
from accounts.asked_once import AnotherPerson, Asked, made_by
from accounts.models import ApiKey, Customer, Enrolment
from accounts.portal import looking, selectors
from accounts.portal.selectors import Person
from accounts.vocabulary import Scope
from privacy import limits
from privacy.actors import Actor
from privacy.api.callers import person_of
from privacy.api.door import door
from privacy.api.once import HEADER, REPLAYED, another_request, given_key
from privacy.api.paging import PARAMETERS, page_of, page_shape
from privacy.api.problems import Kind, Problem, too_often
from privacy.api.reading import Strict, Text, read
from privacy.api.schema import answers
from privacy.api.tags import require_match, tagged

TAG = ["Customers"]
IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, required=True, description="The `ETag` of what you have read."
)
KEY = OpenApiParameter(
    HEADER,
    {"type": "string", "minLength": 8, "maxLength": 200, "pattern": r"^[\x21-\x7e]+$"},
    OpenApiParameter.HEADER,
    description="A new random value for each person. Sent again, nobody is enrolled twice, whatever became of it.",
)
STANDING = OpenApiParameter("standing", str, enum=selectors.STANDINGS, description="Whom to list; else `current`.")


@dataclass(frozen=True)
class System:
    """A system of a Customer, as the framework knows callers: by its key."""

    key: ApiKey
    is_authenticated: bool = True

    @property
    def pk(self) -> UUID:
        """What is counted by."""
        return self.key.pk


class CustomerKey(BaseAuthentication):
    """`Authorization: Bearer occ_…`; nothing else opens these doors, and the key opens no other."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        """The system; raises AuthenticationFailed for a key that is none, or none any more."""
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        key = keys.by_secret(secret.strip())
        if key is None:
            raise AuthenticationFailed
        return System(key), key

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return 'Bearer realm="Occicor"'


class CustomerKeySchema(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the description of the API tells it."""

    target_class = CustomerKey
    name = "customerKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """A bearer token."""
        return {"type": "http", "scheme": "bearer", "description": "A key that the Customer made in its portal."}


class EnrolmentLine(serializers.Serializer[Any]):
    """One person, told in one line."""

    id = serializers.UUIDField()
    nickname = serializers.CharField()
    work_email = serializers.EmailField()
    enrolled_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class EnrolmentShape(EnrolmentLine):
    """One person; while `stopped`, what was said of them is only kept, and neither shown nor changed.

    A key that may not read gets no `attributes`.
    """

    attributes = serializers.DictField(allow_null=True)
    stopped = serializers.BooleanField()
    goes_at = serializers.DateTimeField(allow_null=True, help_text="When it is deleted, once it has ended.")


class SaidOfPerson(Strict):
    """What the Customer says of a person: never anything about health, origin, beliefs or the like (Art. 9 GDPR)."""

    nickname = Text(max_length=200)
    attributes = serializers.DictField(required=False)


class EnrolPerson(SaidOfPerson):
    """Whom to enrol; they are written to at once."""

    work_email = serializers.EmailField(max_length=254)


@extend_schema(
    methods=["GET"],
    operation_id="enrolments_list",
    summary="List the people you enrolled",
    tags=TAG,
    parameters=[*PARAMETERS, STANDING],
    responses=answers({200: page_shape(EnrolmentLine)}, Kind.FORBIDDEN),
)
@extend_schema(
    methods=["POST"],
    operation_id="enrolments_enrol",
    summary="Enrol a person",
    description="201: the person is enrolled and was written to. 200: they were already, and what you said now counts.",
    tags=TAG,
    parameters=[KEY],
    request=EnrolPerson,
    responses=answers({201: EnrolmentShape, 200: EnrolmentShape}, Kind.CONFLICT),
)
@door("GET", "POST", callers=[CustomerKey])
def enrolments(request: Request) -> Response:
    """The people of the Customer, the last enrolled first; and one more. The same sent twice enrols once."""
    actor, customer = _caller(request, Scope.WRITE if request.method == "POST" else Scope.READ)
    if request.method != "POST":
        page = page_of(request, _standing(request, customer), by="enrolled_at")
        return Response({"items": EnrolmentLine(page.rows, many=True).data, "next": page.next})
    said = read(EnrolPerson, request.data)
    asked = _asked(request, customer)
    if asked and (made := _made_by(customer, asked)):
        return _once_more(request, actor, customer, made)
    known = selectors.enrolled_at(customer, said["work_email"].strip().lower())
    if not known and not limits.allows(request._request, "enrol", key=f"customer:{customer.pk}"):
        raise too_often(request._request)
    made = enrolling.enrol(
        actor=actor,
        customer_id=customer.pk,
        nickname=said["nickname"],
        work_email=said["work_email"],
        attributes=said.get("attributes"),
        asked=asked,
    )
    return _answer(request, selectors.person_of(customer, made.pk), status=200 if known else 201)


@extend_schema(
    methods=["GET"],
    operation_id="enrolment_read",
    summary="Read what you said of a person",
    description="Each look is on record, and the person sees it.",
    tags=TAG,
    responses=answers({200: EnrolmentShape}, Kind.FORBIDDEN),
)
@extend_schema(
    methods=["PUT"],
    operation_id="enrolment_change",
    summary="Say anew what you say of a person",
    tags=TAG,
    parameters=[IF_MATCH],
    request=SaidOfPerson,
    responses=answers({200: EnrolmentShape}, Kind.CONFLICT, Kind.CHANGED, Kind.UNCONDITIONAL),
)
@door("GET", "PUT", callers=[CustomerKey])
def enrolment(request: Request, enrolment_id: UUID) -> Response:
    """What the Customer told us of one person, and that anew."""
    actor, customer = _caller(request, Scope.WRITE if request.method == "PUT" else Scope.READ)
    if request.method == "PUT":
        return _answer(request, _changed(request, actor, customer, enrolment_id))
    try:
        person = looking.look_at(actor=actor, customer=customer, enrolment_id=enrolment_id)
    except Enrolment.DoesNotExist as error:
        raise NotFound from error
    return _answer(request, person)


@extend_schema(
    operation_id="enrolment_end",
    summary="End an enrolment",
    tags=TAG,
    request=None,
    responses=answers({200: EnrolmentShape}),
)
@door("POST", callers=[CustomerKey])
def end(request: Request, enrolment_id: UUID) -> Response:
    """End it today; what was said is kept for a year, then it goes. Ended twice it is ended."""
    actor, customer = _caller(request, Scope.WRITE)
    _theirs(customer, enrolment_id)
    enrolling.end_enrolment(actor=actor, enrolment_id=enrolment_id)
    return _answer(request, _looked_at(request, actor, customer, enrolment_id))


def _caller(request: Request, scope: Scope) -> tuple[Actor, Customer]:
    """Who acts, and for whom; raises a Problem where the key may not do this."""
    key: ApiKey = person_of(request).key
    if scope not in key.scopes:
        raise Problem(Kind.FORBIDDEN, more={"scope": scope.value})
    return keys.actor_of(key), key.customer


def _asked(request: Request, customer: Customer) -> Asked | None:
    key = given_key(request)
    return Asked.of(customer=customer, key=key, body=request._request.body) if key else None


def _made_by(customer: Customer, asked: Asked) -> Enrolment | None:
    try:
        return made_by(customer, asked)
    except AnotherPerson as error:
        raise another_request() from error


def _once_more(request: Request, actor: Actor, customer: Customer, made: Enrolment) -> Response:
    """What was answered when the person was enrolled, as they stand now: nothing is done a second time."""
    response = _answer(request, _looked_at(request, actor, customer, made.pk), status=201)
    response[REPLAYED] = "true"
    return response


def _looked_at(request: Request, actor: Actor, customer: Customer, enrolment_id: UUID) -> Person:
    """The person; on record as a look where the key may read what is said of them."""
    if _may_read(request):
        return looking.look_at(actor=actor, customer=customer, enrolment_id=enrolment_id)
    return selectors.person_of(customer, enrolment_id)


def _standing(request: Request, customer: Customer) -> Any:
    found, standing = selectors.enrolments_of(customer), request.query_params.get("standing", selectors.CURRENT)
    if standing == selectors.EVERYBODY:
        return found
    return found.filter(ended_at__isnull=standing != selectors.ENDED)


@transaction.atomic
def _changed(request: Request, actor: Actor, customer: Customer, enrolment_id: UUID) -> Person:
    """The person as they are said to be now; compared with the row locked, so that nobody's change is lost."""
    _theirs(customer, enrolment_id, lock=True)
    said = read(SaidOfPerson, request.data)
    require_match(request, _shown(selectors.person_of(customer, enrolment_id)))
    given = {"nickname": said["nickname"], "attributes": said.get("attributes", {})}
    enrolling.change_enrolment(actor=actor, enrolment_id=enrolment_id, **given)
    return selectors.person_of(customer, enrolment_id)


def _theirs(customer: Customer, enrolment_id: UUID, *, lock: bool = False) -> None:
    """Raise NotFound for anybody else's, as for nobody's."""
    found = selectors.enrolments_of(customer).filter(pk=enrolment_id)
    if not (found.select_for_update() if lock else found).first():
        raise NotFound


def _may_read(request: Request) -> bool:
    return Scope.READ in person_of(request).key.scopes


def _answer(request: Request, person: Person, *, status: int = 200) -> Response:
    """The person, with the version; without what was said of them for a key that may not read it."""
    shown = _shown(person)
    return tagged(request, shown, status=status, told=shown if _may_read(request) else {**shown, "attributes": None})


def _shown(person: Person) -> Any:
    enrolment = person.enrolment
    told = {
        **{name: getattr(enrolment, name) for name in ("nickname", "work_email", "enrolled_at", "ended_at")},
        "id": enrolment.pk,
        "attributes": None if person.stopped else enrolment.attributes,
        "stopped": person.stopped,
        "goes_at": person.goes_at,
    }
    return EnrolmentShape(told).data
