"""Remembers what depends only on a holding and the active language, so that a warm worker tells it once."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from django.utils.translation import get_language

from privacy.data_map.declarations import Holding

Told = TypeVar("Told")


def per_language(tell: Callable[[type[Holding]], Told]) -> Callable[[type[Holding]], Told]:
    """Keep the answer for each holding and language; declarations do not change while a process runs."""
    known: dict[tuple[type[Holding], str | None], Told] = {}

    @wraps(tell)
    def told(holding: type[Holding]) -> Told:
        key = (holding, get_language())
        if key not in known:
            known[key] = tell(holding)
        return known[key]

    return told
