"""The door for apps to what a person tells us about themselves (promise P1.2)."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import selectors, services
from accounts.errors import ProfileMoved
from accounts.forms import ProfileForm
from accounts.models import Profile
from privacy.api.callers import person_of
from privacy.api.door import door
from privacy.api.problems import Kind, wrong_in_form
from privacy.api.reading import Strict, Text, read
from privacy.api.schema import answers
from privacy.api.tags import changed, require_match, tagged

IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, required=True, description="The `ETag` of what you have read."
)


class ProfileShape(serializers.Serializer[Any]):
    """What a person tells us about themselves; all of it is optional."""

    email = serializers.EmailField(help_text="The address of the account; it is changed at the site.")
    name = serializers.CharField()
    workplace = serializers.CharField()
    position = serializers.CharField()
    phone = serializers.CharField()
    address = serializers.CharField()


class ProfileChange(Strict):
    """What is to stand there; what is left out stays as it is."""

    name = Text(required=False, allow_blank=True, max_length=120)
    workplace = Text(required=False, allow_blank=True, max_length=120)
    position = Text(required=False, allow_blank=True, max_length=120)
    phone = Text(required=False, allow_blank=True, max_length=40)
    address = Text(required=False, allow_blank=True, max_length=500)


@extend_schema(
    methods=["GET"],
    operation_id="profile_read",
    summary="Read your profile",
    tags=["Profile"],
    responses=answers({200: ProfileShape}),
)
@extend_schema(
    methods=["PATCH"],
    operation_id="profile_change",
    summary="Change your profile",
    tags=["Profile"],
    parameters=[IF_MATCH],
    request=ProfileChange,
    responses=answers({200: ProfileShape}, Kind.CHANGED, Kind.UNCONDITIONAL),
)
@door("GET", "PATCH")
def profile(request: Request) -> Response:
    """The profile with its version; changed only by whoever has read that version."""
    found = selectors.profile_of(person_of(request).pk)
    if request.method == "PATCH":
        found = _changed(request, found)
    return tagged(request, _shown(request, found))


def _changed(request: Request, found: Profile) -> Profile:
    said = read(ProfileChange, request.data)
    require_match(request, _shown(request, found))
    kept = {name: getattr(found, name) for name in selectors.PROFILE_FIELDS}
    form = ProfileForm({**kept, **said, "seen": found.version})
    if not form.is_valid():
        raise wrong_in_form(form)
    person = person_of(request).pk
    try:
        return services.update_profile(actor=services.actor_of(person), user_id=person, **form.cleaned_data)
    except ProfileMoved as error:
        raise changed() from error


def _shown(request: Request, found: Profile) -> Any:
    told = {name: getattr(found, name) for name in selectors.PROFILE_FIELDS}
    return ProfileShape({"email": person_of(request).email, **told}).data
