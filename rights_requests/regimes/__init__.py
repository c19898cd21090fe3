"""The clocks of the laws under which people ask: data with its source, counted on real calendars.

No number here may be promised to a person before counsel confirms it; what nobody read in its source is shown as our
commitment, never as the law. `manage.py regimes` prints everything that stands here.
"""

from rights_requests.regimes.book import (
    HOME,
    REGIMES,
    RULE_VERSION,
    STRICTEST,
    by_law,
    regime_for,
    regime_named,
    rule_version,
)
from rights_requests.regimes.counting import CALENDAR_VERSION, last_day
from rights_requests.regimes.record import Authority, Clock, Free, Regime, Source, Span, Unit

__all__ = [
    "CALENDAR_VERSION",
    "HOME",
    "REGIMES",
    "RULE_VERSION",
    "STRICTEST",
    "Authority",
    "Clock",
    "Free",
    "Regime",
    "Source",
    "Span",
    "Unit",
    "by_law",
    "last_day",
    "regime_for",
    "regime_named",
    "rule_version",
]
