"""Rows of "check your answers" that several rights share."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from privacy.vocabulary import Right
from rights_requests.questions.question import Row


def asked_row(right: Right) -> Row:
    """Which right it is, with the way back to the choice."""
    return {
        "key": _("What you ask"),
        "value": right.label,
        "url": reverse("rights_requests:new"),
        "hidden": _("what you ask"),
    }


def change_row(right: Right, key: Any, value: Any, **more: Any) -> Row:
    """One answer, with the way back to its question."""
    url = reverse("rights_requests:new_right", kwargs={"right": right})
    return {"key": key, "value": value, "url": url, **more}
