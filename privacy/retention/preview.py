"""What the next sweep will take, as a list: by holding and profile, with counts, the oldest, and what stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain

from privacy import clock
from privacy.data_map.plan import retention
from privacy.retention import holding_back, keepers
from privacy.retention.enforcers import Owner, owner_of
from privacy.retention.rules import Rule, rules
from privacy.retention.taking import BATCH, batches
from privacy.vocabulary import KeptBackBy, Profile


@dataclass(frozen=True)
class Line:
    """One rule: how many rows are over, since when the oldest is kept, how many of them stay, and who deletes them."""

    rule: Rule
    over: int
    oldest: datetime | date | None
    kept: dict[str, int]
    owner: Owner | None

    @property
    def slug(self) -> str:
        """The holding."""
        return self.rule.slug

    @property
    def profile(self) -> Profile:
        """Of whom."""
        return self.rule.profile

    @property
    def term(self) -> str:
        """How long rows are kept, in words, in the active language."""
        return retention(self.rule.holding)

    @property
    def kept_back(self) -> int:
        """How many of the rows that are over stay."""
        return sum(self.kept.values())

    @property
    def goes(self) -> int:
        """How many the sweep will delete."""
        return self.over - self.kept_back


def preview(now: datetime | None = None) -> list[Line]:
    """A line for each rule with a term, in the order of the sweep; one query each, more where somebody keeps rows."""
    at = now or clock.now()
    whole = holding_back.whole_holdings()
    return [_line(rule, at, whole) for rule in rules()]


def _line(rule: Rule, now: datetime, whole: frozenset[str]) -> Line:
    owner = owner_of(rule)
    count, oldest = rule.oldest(rule.aged(now - owner.grace) if owner else rule.over(now))
    kept: dict[str, int] = {}
    if count and owner is None:
        kept = {KeptBackBy.HELD_BACK.value: count} if rule.slug in whole else _kept(rule, now)
    return Line(rule, count, oldest, kept, owner)


def _kept(rule: Rule, now: datetime) -> dict[str, int]:
    if not keepers.any_in_force(rule):
        return {}
    found = (keepers.kept_back(rule, keys).values() for keys in batches(rule.over(now), BATCH))
    return keepers.reasons(chain.from_iterable(found))
