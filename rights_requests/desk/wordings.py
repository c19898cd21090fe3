"""Wordings that staff start from: fields in braces are filled in, and nothing else happens with the text."""

import re
from collections.abc import Mapping
from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from rights_requests import words
from rights_requests.models import ReplyTemplate, RightsRequest

FIELDS = ("reference", "right", "due", "received")
_FIELD = re.compile(r"\{(\w+)\}")
UNKNOWN = _("There is no field {%(name)s}. Use one of: %(fields)s.")


def unknown_fields(text: str) -> list[str]:
    """Names in braces that are none of FIELDS, in the order in which they stand."""
    return [name for name in _FIELD.findall(text) if name not in FIELDS]


def filled(template: ReplyTemplate, request: RightsRequest) -> str:
    """The wording for this request; only the known fields are replaced, once, so that no text becomes a field."""
    values = _values(request)
    return _FIELD.sub(lambda found: values.get(found[1], found[0]), template.text)


def offered(request: RightsRequest) -> list[ReplyTemplate]:
    """The wordings for this right, and those for every right, by title."""
    return list(ReplyTemplate.objects.filter(right__in=("", request.right)).order_by("title"))


def chosen(request: RightsRequest, key: str) -> str:
    """The filled wording of this number, if it is one for this request; an empty text for anything else."""
    found = {str(template.pk): template for template in offered(request)} if key else {}
    return filled(found[key], request) if key in found else ""


class WordingForm(forms.ModelForm):  # type: ignore[type-arg] # not generic at run time
    """One wording; says which fields there are, and refuses any other in braces."""

    class Meta:
        """The columns."""

        model = ReplyTemplate
        fields = ("title", "right", "language", "text")
        help_texts: ClassVar = {"text": _("Fields that are filled in: {reference} {right} {due} {received}")}

    def clean_text(self) -> str:
        """The text; raises ValidationError for a field that does not exist."""
        text = str(self.cleaned_data["text"])
        if unknown := unknown_fields(text):
            known = ", ".join(f"{{{name}}}" for name in FIELDS)
            raise forms.ValidationError(UNKNOWN, params={"name": unknown[0], "fields": known})
        return text


def _values(request: RightsRequest) -> Mapping[str, str]:
    return {
        "reference": request.reference,
        "right": request.get_right_display(),
        "due": words.in_words(request.due_at),
        "received": words.day(request.received_at),
    }
