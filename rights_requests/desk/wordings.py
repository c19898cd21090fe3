"""Wordings that staff start from: fields in braces are filled in, and nothing else happens with the text."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django import forms
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from privacy.data_map.rectify import held
from rights_requests import term_words, words
from rights_requests.authority import authority_for
from rights_requests.desk import gathering
from rights_requests.follow import follow_url
from rights_requests.models import CLOSED_STATES, ReplyTemplate, RightsRequest
from rights_requests.subjects import known, name_of_asker

UNKNOWN = _("There is no field {%(name)s}. Use one of: %(fields)s.")
LEFT = _("There is nothing to put in place of %(fields)s. Write it yourself, or take it out, before you send this.")
# What somebody may be called by, the first that is held in front.
_NAMES = ("name", "full_name", "nickname")


def _due(request: RightsRequest) -> str:
    """By when we answer; nothing once we have or that is over, or while the clock stands still and nobody knows."""
    unknown = request.state in CLOSED_STATES or request.paused_at or term_words.is_over(request.due_at)
    return "" if unknown else words.in_words(request.due_at)


def _name(request: RightsRequest) -> str:
    """What whoever asks is called, as they told us; nothing where nobody did."""
    if asker := name_of_asker(request):
        return asker
    if not known(request):
        return ""
    told = {value.name: value.text for value in held(gathering.subject(request)) if value.name in _NAMES and value.text}
    return next((told[name] for name in _NAMES if name in told), "")


# Each field, and what stands in its place: nothing where this request has none.
FIELDS: Mapping[str, Callable[[RightsRequest], str]] = MappingProxyType(
    {
        "reference": lambda request: request.reference,
        "right": lambda request: str(request.get_right_display()),
        "due": _due,
        "received": lambda request: words.day(request.received_at),
        "name": _name,
        "authority": lambda request: str(authority_for(request.country).name),
        "link": lambda request: follow_url(request.pk),
    }
)
_FIELD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Filled:
    """A wording for one request; `missing` are the fields that nothing could be put in place of, as they stand."""

    text: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wording:
    """A wording by its title."""

    pk: int
    title: str
    language: str


@dataclass(frozen=True)
class Offered:
    """The wordings for a request: in the language of the person, and in others."""

    own: tuple[Wording, ...] = ()
    others: tuple[Wording, ...] = ()


def fields_in(text: str) -> list[str]:
    """The names in braces, in the order in which they stand."""
    return _FIELD.findall(text)


def unknown_fields(text: str) -> list[str]:
    """Names in braces that are none of FIELDS, in the order in which they stand."""
    return [name for name in fields_in(text) if name not in FIELDS]


def filled(template: ReplyTemplate, request: RightsRequest) -> Filled:
    """The wording for this request, in the wording's own language; each field is replaced once, no text becomes one.

    A field that does not exist, as an old wording may have one, and one for which this request has nothing, stay in
    their braces and are named.
    """
    with translation.override(template.language):
        values = {name: FIELDS[name](request) for name in set(fields_in(template.text)) if name in FIELDS}
    missing = dict.fromkeys(found for found in fields_in(template.text) if not values.get(found))
    text = _FIELD.sub(lambda found: values.get(found[1]) or found[0], template.text)
    return Filled(text, tuple(f"{{{name}}}" for name in missing))


def offered(request: RightsRequest) -> Offered:
    """The wordings for this right and those for every right, by title; those in the person's language apart.

    Of a request from `gathering`, which has read them; of any other, nothing.
    """
    found = [Wording(**told) for told in getattr(request, "wordings", [])]
    own = tuple(wording for wording in found if wording.language == (request.language or "en"))
    return Offered(own, tuple(wording for wording in found if wording not in own))


def chosen(request: RightsRequest, key: str) -> Filled:
    """The filled wording of this number, if it is one for this request; an empty text for anything else."""
    if not key.isdecimal() or len(key) > len(str(2**31)):
        return Filled("")
    found = ReplyTemplate.objects.filter(pk=int(key), right__in=("", request.right)).first()
    return filled(found, request) if found else Filled("")


def refuse_braces(text: str) -> str:
    """The text of a message; raises ValidationError where a field of a wording was left in it by accident."""
    if left := list(dict.fromkeys(fields_in(text))):
        raise forms.ValidationError(LEFT, params={"fields": ", ".join(f"{{{name}}}" for name in left)}, code="left")
    return text


class WordingForm(forms.ModelForm):  # type: ignore[type-arg] # not generic at run time
    """One wording; says which fields there are, and refuses any other in braces."""

    class Meta:
        """The columns."""

        model = ReplyTemplate
        fields = ("title", "right", "language", "text")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Whoever may only look has no field to fill in.
        if "text" in self.fields:
            self.fields["text"].help_text = _("Fields that are filled in: %(fields)s") % {"fields": _all_fields(" ")}

    def clean_text(self) -> str:
        """The text; raises ValidationError for a field that does not exist."""
        text = str(self.cleaned_data["text"])
        if unknown := unknown_fields(text):
            params = {"name": unknown[0], "fields": _all_fields(", ")}
            raise forms.ValidationError(UNKNOWN, params=params)
        return text


def _all_fields(between: str) -> str:
    return between.join(f"{{{name}}}" for name in FIELDS)
