"""The description of the API: as a document for programs, and for whoever asks for an address that is none."""

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt  # noqa: TID251 - nothing is done, whoever asks
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

from privacy.api.problems import Kind, plain_answer


@cache
def description() -> dict[str, Any]:
    """The whole description, in English, put together once for each process."""
    with translation.override("en"):
        made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return made


@require_safe
@cache_control(public=True, max_age=0)
def document(request: HttpRequest) -> JsonResponse:
    """The description as OpenAPI 3.1."""
    return JsonResponse(description(), json_dumps_params={"ensure_ascii": False})


@csrf_exempt
def unknown(request: HttpRequest, nothing: str) -> HttpResponse:
    """That there is nothing, in the shape of every problem; whatever the method."""
    return plain_answer(Kind.NOT_FOUND)
