"""Who, instead of us, is the controller of some of a person's rows (Art. 4(7) GDPR), so that a request reaches them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count

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

    One query for each holding that can have another controller; none of them when no holding can.
    """
    return [
        found for holding in declared.holdings.values() if holding.controller_name for found in _of(holding, subject)
    ]


def _of(holding: type[Holding], subject: Subject) -> Iterator[Controller]:
    said = (holding.controller_name, holding.controller_contact)
    theirs = rows(holding, subject).filter(**holding.controller_when)
    for name, contact, count in theirs.order_by(*said).values_list(*said).annotate(count=Count("pk")):
        yield Controller(str(name or ""), str(contact or ""), holding.slug(), count)
