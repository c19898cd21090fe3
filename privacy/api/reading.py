"""Reads what apps send, and takes nothing that could mean two things: size, depth, numbers, names, characters."""

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser, JSONParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from privacy.api.problems import Kind, Problem

MOST_BYTES = 64_000
DEEPEST = 8


class StrictJSON(JSONParser):
    """JSON of `most_bytes` at most, in UTF-8; of nothing that it says twice, too deep, or that is no number."""

    most_bytes = MOST_BYTES

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """The data; raises ParseError, or a Problem when there is more of it."""
        body = stream.read(self.most_bytes + 1)
        if len(body) > self.most_bytes:
            raise Problem(Kind.TOO_LARGE, _("Send at most %(bytes)d bytes.") % {"bytes": self.most_bytes})
        try:
            found = json.loads(
                body.decode("utf-8"), object_pairs_hook=_each_once, parse_constant=_no_number, parse_float=_finite
            )
            # Half a character, which JSON can write and nothing can store.
            json.dumps(found, ensure_ascii=False).encode("utf-8")
        except (ValueError, RecursionError) as error:
            raise ParseError(_("This is no JSON that we can read.")) from error
        if _is_deeper(found, DEEPEST):
            raise ParseError(_("This JSON is nested deeper than anything we take."))
        return found


class Strict(serializers.Serializer[Any]):
    """What an app may say: a name that we do not know is refused rather than overlooked."""

    def to_internal_value(self, data: Any) -> Any:
        """The values; raises ValidationError that names each wrong member."""
        known = {name for name, field in self.fields.items() if not field.read_only}
        unknown = set(data) - known if isinstance(data, Mapping) else ()
        if unknown:
            raise serializers.ValidationError({str(name): [_("We do not know this field.")] for name in unknown})
        return super().to_internal_value(data)


class Text(serializers.CharField):
    """Words, and nothing that merely could be written as words: a number is no text."""

    def to_internal_value(self, data: Any) -> str:
        """The text; raises ValidationError for any other kind of value."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class OnlyJSON(BaseContentNegotiation):
    """Whatever an app says that it takes: there is one form, and an app that cannot read it cannot use the rest."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> Any:
        """By the content type that the app names, parameters aside."""
        named = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == named), None)

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The one there is."""
        first = next(iter(renderers))
        return first, first.media_type or ""


def read(form: type[Strict], data: Any) -> dict[str, Any]:
    """The values that an app sent, as this form takes them; raises ValidationError."""
    filled = form(data=data)
    filled.is_valid(raise_exception=True)
    return dict(filled.validated_data)


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("larger than any number we know")
    return number


def _is_deeper(found: Any, most: int) -> bool:
    """Whether more than so many lists and objects stand in each other; level by level, for calls run out on the way."""
    level = [found]
    for _turn in range(most):
        level = [inner for outer in level for inner in _within(outer)]
    return any(isinstance(one, dict | list) for one in level)


def _within(one: Any) -> Iterable[Any]:
    if isinstance(one, dict):
        return one.values()
    return one if isinstance(one, list) else ()
