"""All regimes in one place: which one is a person's, and the version of the rules that a request keeps."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from rights_requests.regimes import america, europe, gulf
from rights_requests.regimes.record import Clock, Regime, Span

REGIMES: tuple[Regime, ...] = (*europe.REGIMES, *gulf.REGIMES, *america.REGIMES)
# What a request says instead of a regime's code when no regime is known for the person's place.
STRICTEST = "strictest"
# How terms are counted from these numbers (rights_requests.deadlines); raise it when they are counted another way.
COUNTING = 2

_BY_PLACE = {place: regime for regime in REGIMES for place in regime.countries}
_BY_CODE = {regime.code: regime for regime in REGIMES}
HOME = _BY_PLACE["FR"]


def regime_for(place: str | None) -> Regime | None:
    """The regime of a place ("FR", "US-CA"), or None: then the strictest of all applies."""
    return _BY_PLACE.get((place or "").strip().upper())


def regime_named(code: str) -> Regime | None:
    """The regime of a code that a request kept, or None when the rules no longer know it."""
    return _BY_CODE.get(code)


def by_law() -> list[tuple[Regime, ...]]:
    """The regimes of one law together: the countries of the European Economic Area are one group."""
    groups: dict[str, list[Regime]] = {}
    for regime in REGIMES:
        groups.setdefault(str(regime.law), []).append(regime)
    return [tuple(alike) for alike in groups.values()]


def rule_version(regimes: Iterable[Regime]) -> str:
    """Twelve hexadecimal digits that change when anything changes by which a date is counted or called the law.

    Names, addresses and notes are left out: they move no clock, and depend on the reader's language.
    """
    rules = json.dumps([COUNTING, *(_counted_by(regime) for regime in regimes)], sort_keys=True)
    return hashlib.sha256(rules.encode()).hexdigest()[:12]


def _counted_by(regime: Regime) -> dict[str, Any]:
    return {
        "code": regime.code,
        "countries": regime.countries,
        "calendar": regime.calendar,
        "weekend": sorted(regime.weekend),
        "rolls": regime.rolls,
        "pauses": regime.pauses_for_identity,
        "clock": _numbers(regime.clock),
        "per_right": {right: _numbers(clock) for right, clock in regime.per_right.items()},
    }


def _numbers(clock: Clock) -> dict[str, Any]:
    def said(span: Span | None) -> str | None:
        return None if span is None else str(span)

    return {
        "answer": said(clock.answer),
        "extension": said(clock.extension),
        "acknowledgement": said(clock.acknowledgement),
        "law": clock.is_law,
    }


RULE_VERSION = rule_version(REGIMES)
