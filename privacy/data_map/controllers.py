"""Who, instead of us, is the controller of some of a person's rows (Art. 4(7) GDPR), so that a request reaches them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, TextField, Value
from django.db.models.functions import Coalesce

from privacy.data_map.reach import rows
from privacy.data_map.registry import Registry, registry

if TYPE_CHECKING:
    from privacy.data_map.declarations import Holding
    from privacy.data_map.subject import Subject


@dataclass(frozen=True)
class Controller:
    """The controller of `count` rows of the holding `slug`; `contact` takes requests ("" where none is known)."""

    name: str
    contact: str
    slug: str
    count: int


def controllers_of(subject: Subject, *, declared: Registry = registry) -> list[Controller]:
    """Every controller other than us of what we hold about the subject, by holding and then by name.

    One query, whatever the number of holdings that can have another controller; none when no holding can.
    """
    theirs = [_of(holding, subject) for holding in declared.holdings.values() if holding.controller_name]
    if not theirs:
        return []
    first, *others = theirs
    # A union is not sorted: by the order of the holdings, then by name.
    slugs = {holding.slug(): place for place, holding in enumerate(declared.holdings.values())}
    found = [Controller(*row) for row in (first.union(*others, all=True) if others else first)]
    return sorted(found, key=lambda one: (slugs[one.slug], one.name, one.contact))


def _of(holding: type[Holding], subject: Subject) -> Any:
    theirs = rows(holding, subject).filter(**holding.controller_when).order_by()
    slug = Value(holding.slug(), output_field=TextField())
    said = {"told_name": _said(holding.controller_name), "told_contact": _said(holding.controller_contact)}
    told = theirs.values(**said, told_slug=slug).annotate(told_count=Count("pk"))
    return told.values_list("told_name", "told_contact", "told_slug", "told_count")


def _said(path: str) -> Any:
    """What stands at the path, as text; empty where nothing does."""
    return Coalesce(F(path), Value(""), output_field=TextField()) if path else Value("", output_field=TextField())
