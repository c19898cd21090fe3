"""Declares the ten tables as any app declares its own."""

from types import new_class

from benchmarks.app.models import MODELS
from privacy.data_map.declarations import Erase, FieldRule, Holding, Retain, personal, system
from privacy.vocabulary import LegalBasis, Profile, Purpose

RULES: dict[str, FieldRule] = {
    "id": system(),
    "subject_id": system(),
    "created_at": personal("technical"),
    "name": personal("identity", provided=True),
    "email": personal("contact", provided=True),
    "note": personal("content", free_text=True),
    "place": personal("location"),
    "amount": personal("other"),
    "number": personal("other"),
    "agreed": personal("other"),
    "extra": personal("other"),
}

HOLDINGS: list[type[Holding]] = [
    new_class(
        f"{model.__name__}Data",
        (Holding,),
        {"model": model._meta.label},
        lambda body, number=number: body.update(  # type: ignore[misc]
            __module__=__name__,
            __doc__="Rows that exist only to be measured.",
            title=f"Measured table {number}",
            reached_by={"user": "subject_id"},
            purposes=[Purpose.PROVIDE_SERVICES],
            basis=LegalBasis.CONTRACT,
            source="the benchmark",
            retain=Retain(profile=Profile.REGISTERED_USER, after="", days=0),
            erase=Erase.DELETE_ROW,
            fields=RULES,
        ),
    )
    for number, model in enumerate(MODELS)
]
