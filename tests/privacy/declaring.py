"""Small models and a registry of their own, in which a test plants what a check must find."""

from typing import Any

from django.core.checks import Error
from django.db import models

from privacy.data_map.checks import Check
from privacy.data_map.declarations import Erase, FieldRule, Holding, Retain, system
from privacy.data_map.registry import Registry
from privacy.vocabulary import LegalBasis, Profile, Purpose


def declare(into: Registry, model: type[models.Model], rules: dict[str, FieldRule], **said: Any) -> type[Holding]:
    """A complete holding of the model; `said` replaces or (with None) removes what it says."""
    complete: dict[str, Any] = {
        "__doc__": "What the test planted.",
        "title": "Planted",
        "reached_by": {"user": "user_id"},
        "purposes": [Purpose.SUPPORT],
        "basis": LegalBasis.CONTRACT,
        "source": "the test",
        "retain": Retain(profile=Profile.CONTACT, after="", days=0),
        "erase": Erase.DELETE_ROW,
    }
    body = {name: value for name, value in {**complete, **said}.items() if value is not None}
    fields = {"id": system(), "user_id": system(), **rules}
    made: type[Holding] = type(Holding)(
        f"{model.__name__}Data",
        (Holding,),
        {"__module__": __name__, "fields": fields, **body},
        model=model._meta.label,
        into=into,
    )
    return made


def found(check: Check, into: Registry) -> list[str]:
    """What one check finds, as "id message"."""
    errors: list[Error] = list(check(into))
    return [f"{error.id} {error.msg}" for error in errors]
