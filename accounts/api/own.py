"""The door for apps to what a person sees beside their profile: who enrolled them (P1.3), and who signed in (P1.4)."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import claiming, selectors, services, sign_in_history, sign_ins
from accounts.forms import ClaimCodeForm, ClaimForm
from accounts.vocabulary import OurRole, SignInHow
from privacy.api.callers import person_of
from privacy.api.door import door
from privacy.api.once import PARAMETER, once
from privacy.api.paging import PARAMETERS, page_of, page_shape
from privacy.api.problems import Kind, Problem, Wrong, wrong_in_form
from privacy.api.reading import Strict, Text, read
from privacy.api.schema import answers

ENROLMENTS, SIGN_INS = ["Enrolments"], ["Sign-ins"]


class OwnEnrolmentShape(serializers.Serializer[Any]):
    """What a Customer told us of the person when it enrolled them, and who answers for it."""

    customer = serializers.CharField(help_text="The name of the company.")
    our_role = serializers.ChoiceField(
        OurRole.choices,
        help_text="`controller`: Occicor decides what is done with it; `processor`: the company does.",
    )
    answered_by = serializers.EmailField(allow_null=True, help_text="Where the company answers requests; else we do.")
    nickname = serializers.CharField()
    work_email = serializers.EmailField()
    attributes = serializers.DictField()
    enrolled_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    goes_at = serializers.DateTimeField(allow_null=True, help_text="When it is deleted, once it has ended.")


# One shape for both doors that show them.
OWN_ENROLMENTS = page_shape(OwnEnrolmentShape)


class SignInRecordShape(serializers.Serializer[Any]):
    """A sign-in that succeeded, in words and without a whole address."""

    at = serializers.DateTimeField()
    country = serializers.CharField(allow_null=True, help_text="ISO 3166-1; null where nobody can tell.")
    where = serializers.CharField(help_text="The place in words.")
    network = serializers.CharField(help_text="The internet address, shortened.")
    device = serializers.CharField()
    how = serializers.ChoiceField(SignInHow.choices)
    this_one = serializers.BooleanField(help_text="Whether the caller is signed in by it.")
    disowned_at = serializers.DateTimeField(allow_null=True, help_text="When somebody said that it was not them.")
    not_me_url = serializers.URLField(help_text="The page on which to say so; it makes the account safe.")


class ClaimEnrolment(Strict):
    """The work address under which a company enrolled the person."""

    work_email = Text(max_length=254)


class ClaimWithCode(ClaimEnrolment):
    """The same, with the code that the message to this address holds."""

    code = Text(max_length=40)


@extend_schema(
    operation_id="own_enrolments_list",
    summary="List who enrolled you",
    tags=ENROLMENTS,
    responses=answers({200: OWN_ENROLMENTS}),
)
@door("GET")
def enrolments(request: Request) -> Response:
    """What each Customer told us of the caller, the first one first, in no pages: there are few."""
    return Response(_enrolments(request))


@extend_schema(
    operation_id="own_enrolments_claim",
    summary="Have a code sent to your work address",
    description="The answer is the same whether anybody was enrolled there or not: the message says it.",
    tags=ENROLMENTS,
    parameters=[PARAMETER],
    request=ClaimEnrolment,
    responses=answers({202: None}),
)
@door("POST")
@once
def claim(request: Request) -> Response:
    """A message with a code, which counts for ten minutes; each call sends one, so send a key."""
    form = ClaimForm(read(ClaimEnrolment, request.data))
    if not form.is_valid():
        raise wrong_in_form(form)
    person = person_of(request).pk
    claiming.send_code(actor=services.actor_of(person), user_id=person, address=form.cleaned_data["work_email"])
    return Response(status=202)


@extend_schema(
    operation_id="own_enrolments_claim_with_code",
    summary="Claim an enrolment with the code",
    tags=ENROLMENTS,
    request=ClaimWithCode,
    responses=answers({200: OWN_ENROLMENTS}),
)
@door("POST")
def claim_with_code(request: Request) -> Response:
    """What waits under the work address belongs to the account from now on; a code counts once."""
    said = read(ClaimWithCode, request.data)
    for form in (address := ClaimForm(said)), (typed := ClaimCodeForm(said)):
        if not form.is_valid():
            raise wrong_in_form(form)
    person = person_of(request).pk
    given = {"address": address.cleaned_data["work_email"], "code": typed.cleaned_data["code"]}
    if not claiming.check_code(actor=services.actor_of(person), user_id=person, **given):
        sentence = _("That code does not count. Look at the newest message, or have a new one sent.")
        raise Problem(Kind.INVALID, wrong=[Wrong("#/code", sentence, "incorrect")])
    return Response(_enrolments(request))


@extend_schema(
    operation_id="sign_ins_list",
    summary="List who signed in to your account",
    tags=SIGN_INS,
    parameters=PARAMETERS,
    responses=answers({200: page_shape(SignInRecordShape)}),
)
@door("GET")
def signed_in(request: Request) -> Response:
    """Each sign-in that succeeded, the newest first, with the page on which to say that it was somebody else."""
    page = page_of(request, sign_in_history.of(person_of(request).pk), by="at")
    this_one = request._request.session.get(sign_ins.IN_SESSION, "")
    rows = [_told(sign_in_history.shown(row, this_one)) for row in page.rows]
    return Response({"items": SignInRecordShape(rows, many=True).data, "next": page.next})


def _enrolments(request: Request) -> dict[str, Any]:
    told = [_enrolled(one) for one in selectors.enrolments_of(person_of(request).pk)]
    return {"items": OwnEnrolmentShape(told, many=True).data, "next": None}


def _enrolled(found: selectors.Enrolled) -> dict[str, Any]:
    row, customer = found.enrolment, found.enrolment.customer
    return {
        "customer": customer.name,
        "our_role": customer.our_role,
        "answered_by": customer.privacy_contact if customer.answers_itself else None,
        **{name: getattr(row, name) for name in ("nickname", "work_email", "attributes", "enrolled_at", "ended_at")},
        "goes_at": found.goes_at,
    }


def _told(found: sign_in_history.Shown) -> dict[str, Any]:
    return {
        "at": found.row.at,
        "country": found.row.country or None,
        "where": found.where,
        "network": found.row.network,
        "device": found.device,
        "how": found.row.how,
        "this_one": found.is_this_one,
        "disowned_at": found.row.disowned_at,
        "not_me_url": found.not_me_url,
    }
