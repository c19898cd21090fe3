"""Pages of a list by a cursor: what is new or gone meanwhile moves nothing, and no page costs more than another."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request

from privacy.api.problems import Kind, Problem, Wrong

USUAL, MOST = 25, 100
_SALT = "privacy.api.cursor"
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, newest first, and the address of the following page; None where there is none."""

    rows: list[Row]
    next: str | None


def page_of(request: Request, rows: QuerySet[Row], *, by: str) -> Page[Row]:
    """The page that is asked for, of rows that `by` and then their key put in order, the last first; one query.

    The address of the next page has no host: it is the one that was asked. Raises a Problem for a cursor or a limit
    that is none.
    """
    limit = _limit(request.query_params.get("limit", str(USUAL)))
    if cursor := request.query_params.get("cursor"):
        at, key = _opened(cursor, by)
        rows = rows.filter(Q(**{f"{by}__lt": at}) | Q(**{by: at, "pk__lt": key}))
    found = list(rows.order_by(f"-{by}", "-pk")[: limit + 1])
    if len(found) <= limit:
        return Page(found, None)
    last = found[limit - 1]
    # Whatever else was asked, such as whom to list, is asked of the next page too.
    given = request.query_params.copy()
    given["cursor"] = signing.dumps([by, str(getattr(last, by)), str(last.pk)], salt=_SALT)
    given["limit"] = str(limit)
    return Page(found[:limit], f"{request._request.path}?{given.urlencode()}")


PARAMETERS = [
    OpenApiParameter("cursor", str, description="Where to go on, as `next` of the page before says it."),
    OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}),
]


def page_shape(item: type[serializers.Serializer[Any]]) -> Any:
    """How the description of the API tells a page of these."""
    onward = serializers.CharField(allow_null=True, help_text="The address of the next page, without a host.")
    return inline_serializer(f"{item.__name__}Page", {"items": item(many=True), "next": onward})


def _limit(given: str) -> int:
    if given.isascii() and given.isdecimal() and len(given) <= len(str(MOST)) and 1 <= int(given) <= MOST:
        return int(given)
    said = _("Enter a whole number from 1 to %(most)d.") % {"most": MOST}
    raise Problem(Kind.INVALID, wrong=[Wrong("?limit", said, "invalid")])


def _opened(cursor: str, by: str) -> tuple[str, str]:
    try:
        of, at, key = signing.loads(cursor, salt=_SALT)
    except (signing.BadSignature, ValueError):
        of, at, key = "", "", ""
    if of != by:
        said = _("This is no place in this list. Begin again without it.")
        raise Problem(Kind.INVALID, wrong=[Wrong("?cursor", said, "invalid")])
    return at, key
