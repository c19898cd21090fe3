"""What everybody may read: the published versions of the privacy policy, each as it was published."""

from typing import Any

from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from privacy.api.door import door
from privacy.api.paging import PARAMETERS, page_of, page_shape
from privacy.api.schema import answers
from privacy.mail.language import spoken
from privacy.models import PolicyText
from privacy.policy import versions as published


class PolicyLine(serializers.Serializer[Any]):
    """One version, told in one line."""

    number = serializers.IntegerField(source="version_id")
    published_at = serializers.DateTimeField(source="version.published_at")
    effective_on = serializers.DateField(source="version.effective_on")
    material = serializers.BooleanField(
        source="version.material", help_text="Whether it changes what people can expect of us."
    )
    language = serializers.CharField()
    what_changed = serializers.CharField()
    sha256 = serializers.CharField(source="hash", help_text="Of this version in this language.")


class PolicyClause(serializers.Serializer[Any]):
    """One clause: its heading, the clause in a sentence, and its text."""

    id = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.CharField()
    body = serializers.CharField(help_text="HTML.")
    promises = serializers.ListField(child=serializers.CharField())
    tables = serializers.ListField(child=serializers.CharField(), help_text="Which of `tables` belong to it.")
    addition = serializers.BooleanField(help_text="Whether it goes beyond the policy that the company published first.")


class Policy(PolicyLine):
    """One version, whole."""

    clauses = PolicyClause(many=True)
    tables = serializers.DictField(help_text="The tables that the clauses name.")


@extend_schema(
    operation_id="policy_versions",
    summary="List the versions of the privacy policy",
    tags=["Policy"],
    parameters=PARAMETERS,
    responses=answers({200: page_shape(PolicyLine)}),
)
@door("GET", public=True)
def versions(request: Request) -> Response:
    """Every published version, newest first, with what changed and why, in the language that is asked for."""
    told = PolicyText.objects.select_related("version").filter(language=spoken(get_language()))
    page = page_of(request, told.defer("clauses", "tables"), by="version_id")
    return Response({"items": PolicyLine(page.rows, many=True).data, "next": page.next})


@extend_schema(
    operation_id="policy_version",
    summary="Read one version of the privacy policy",
    tags=["Policy"],
    responses=answers({200: Policy}),
)
@door("GET", public=True)
def version(request: Request, number: int) -> Response:
    """A version as it was published, for ever the same."""
    text = published.text_of(number, spoken(get_language())) if number < 2**31 else None
    if text is None:
        raise NotFound
    return Response(Policy(text).data)


everybody = cache_control(public=True, max_age=0)
