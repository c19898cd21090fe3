"""Puts words one after the other as the language does: "a, b", in Arabic with its own comma."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import pgettext


def in_a_row(words: Iterable[Any]) -> str:
    """The words with a comma between them, in the active language; empty where there are none."""
    return pgettext("between the words of a list", ", ").join(map(str, words))
