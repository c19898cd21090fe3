"""How many choices were made on each day, and how often each purpose was accepted and refused, from the seals."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from consent.models import ConsentEvent, ProofSeal
from consent.vocabulary import ChoiceState

# A day is over and sealed so long after each of its choices.
MOST_WAIT = timedelta(hours=26)


@dataclass(frozen=True)
class Choices:
    """The choices of the days that are sealed, the oldest day first, and what was chosen for each purpose in all."""

    days: tuple[tuple[date, int], ...]
    purposes: Mapping[str, tuple[int, int]]


def choices(days: int) -> Choices:
    """The counts of the last sealed days, accepted and refused by purpose; one query, one row a day."""
    seals = list(ProofSeal.objects.order_by("-day").values_list("day", "events", "counts")[:days])[::-1]
    given: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    for _day, _events, counts in seals:
        for code, states in counts.items():
            given[code] += states.get(ChoiceState.GIVEN, 0)
            refused[code] += states.get(ChoiceState.REFUSED, 0)
    by_purpose = {code: (given[code], refused[code]) for code in sorted({*given, *refused})}
    return Choices(tuple((day, events) for day, events, _counts in seals), by_purpose)


def last_seal() -> ProofSeal | None:
    """The seal of the last day that has one."""
    return ProofSeal.objects.first()


def is_due(now: datetime) -> bool:
    """Whether a choice of a day that is over waits for its seal, where no day has one yet."""
    return ConsentEvent.objects.filter(occurred_at__lt=now - MOST_WAIT).exists()
