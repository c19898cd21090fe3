"""What is written down about one law's clock: how long, counted how, extended by how much, and who said so."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from privacy.package.statements import EVERY_AUTHORITY_URL

SATURDAY_AND_SUNDAY = frozenset({5, 6})
FRIDAY_AND_SATURDAY = frozenset({4, 5})


class Unit(StrEnum):
    """In what a law counts its terms."""

    MONTH = "month"
    DAY = "day"
    WORKING_DAY = "working_day"


@dataclass(frozen=True)
class Span:
    """A length of time as a law says it: an amount of months, days or working days."""

    amount: int
    unit: Unit

    def __add__(self, other: "Span") -> "Span":
        """The two lengths as one; raises ValueError when they are counted in different units."""
        if self.unit != other.unit:
            message = f"a term of {self} cannot grow by {other}"
            raise ValueError(message)
        return Span(self.amount + other.amount, self.unit)

    def __str__(self) -> str:
        unit = self.unit.replace("_", " ")
        return f"{self.amount} {unit}{'' if self.amount == 1 else 's'}"


@dataclass(frozen=True)
class Source:
    """Where a number comes from; `verified_on` is the day someone read it there, None when it was only heard of."""

    title: str
    url: str = ""
    verified_on: date | None = None


@dataclass(frozen=True)
class Clock:
    """How long an answer may take, by how much that may grow once, and when the receipt must be acknowledged.

    The longer term is counted from the receipt too, never from the end of the first. `binding` is False where the
    number is our own choice, or where the law may not reach us. Raises ValueError for an extension in another unit.
    """

    answer: Span
    source: Source
    extension: Span | None = None
    acknowledgement: Span | None = None
    binding: bool = True

    def __post_init__(self) -> None:
        """An extension that cannot be added is a mistake in the data: found when the site starts."""
        if self.extension is not None:
            self.answer + self.extension

    @property
    def longest(self) -> Span:
        """The whole term with its extension; the first term where there is none."""
        return self.answer if self.extension is None else self.answer + self.extension

    @property
    def is_law(self) -> bool:
        """Whether the number may be called the law: it binds us, and someone read it in its source."""
        return self.binding and self.source.verified_on is not None


@dataclass(frozen=True)
class Free:
    """That a law gives the answer free and names no case in which a fee may be asked; of some rights, or of all."""

    source: Source
    rights: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Authority:
    """A supervisory authority: its name and the page where it takes complaints."""

    name: Any
    url: str = EVERY_AUTHORITY_URL


@dataclass(frozen=True)
class Regime:
    """One law's clock for the people of some places.

    `weekend` holds weekday numbers (Monday is 0), `calendar` the country code whose public holidays count. `rolls`:
    a term that would end on a day off ends on the next working day. `per_right` overrides the clock for single
    rights, by their code. `note` and `notice` are for staff and counsel, in English.
    """

    code: str
    law: Any
    countries: tuple[str, ...]
    calendar: str
    clock: Clock
    authority: Authority | None
    weekend: frozenset[int] = SATURDAY_AND_SUNDAY
    rolls: bool = False
    pauses_for_identity: bool = False
    notice: str = ""
    note: str = ""
    per_right: Mapping[str, Clock] = field(default_factory=lambda: MappingProxyType({}))
    free: Free | None = None

    def clock_for(self, right: str) -> Clock:
        """The clock of one right, by its code."""
        return self.per_right.get(str(right), self.clock)

    def free_for(self, right: str) -> Source | None:
        """Where someone read that the answer to this right is free without exception; None where nobody did."""
        if self.free is None or self.free.source.verified_on is None:
            return None
        return self.free.source if not self.free.rights or str(right) in self.free.rights else None
