"""Words for values in columns without a closed list of their own: what the `in_words` of holdings are made of."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.db.models import TextChoices

from privacy.data_map.registry import registry

_events: dict[str, Any] = {}


def listed(*lists: type[TextChoices]) -> Callable[[], Mapping[str, Any]]:
    """The words of closed lists; a value that stands in several of them has none, for it may mean either."""
    everywhere = [(value, label) for one in lists for value, label in one.choices]
    times = Counter(value for value, _label in everywhere)
    found = {value: label for value, label in everywhere if times[value] == 1}
    return lambda: found


def languages() -> Mapping[str, str]:
    """The languages of the site by their codes."""
    return {code: str(name) for code, name in settings.LANGUAGES}


def holding_titles() -> Mapping[str, Any]:
    """The titles of all holdings by their slugs."""
    return {holding.slug(): holding.title for holding in registry.holdings.values()}


def say_events(words: Mapping[str, Any]) -> None:
    """Say what events of the audit are to the person at whose data they happened; each app does so for its own."""
    _events.update(words)


def events() -> Mapping[str, Any]:
    """What was said of the events of the audit, by their names."""
    return _events
