"""Refuses passwords that are put together of what everybody guesses first (promise P4.1, ASVS 6.2.4 and 6.2.11).

Of the 20,000 passwords that Django knows to be the most used, fewer than two hundred have the twelve characters that we
ask for. People who must write more put two of them together, or write one twice, or add a year: so that is looked for.
"""

import re
from functools import cache
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# Words of the house: what this site, its company and its trade are called, and what people come here for.
OF_THE_HOUSE = frozenset(
    {
        *(
            "occicor",
            "occicor.com",
            "privacy",
            "portal",
            "platform",
            "shelf",
            "shelves",
            "picture",
            "retail",
            "retailer",
        ),
        *("customer", "client", "request", "erasure", "gdpr", "rgpd", "vieprivee", "rayon"),
    }
)
# So many common words make a password that is guessed; so much that is no letter around them makes no other one.
PIECES = 2
DECORATION = 5
SHORTEST_PIECE = 3
# Whatever is longer than this was not put together of two of them.
LONGEST = 48
_REPEATED = re.compile(r"(.{1,8}?)\1+")
_AROUND = re.compile(rf"[^a-z]{{0,{DECORATION}}}")


class GuessedFirst:
    """Django asks it about each new password; what is typed is used for that alone."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError with what to write instead."""
        if is_guessed_first(password):
            raise ValidationError(_said(), code="password_too_common")

    def get_help_text(self) -> str:
        """What is refused, in a sentence."""
        return _said()


def is_guessed_first(password: str) -> bool:
    """Whether it is one or two common words, or a short piece again and again, with a few digits or signs around."""
    text = password.lower().strip()
    return len(text) <= LONGEST and any(_is_common(rest, PIECES) for rest in {text, *_undecorated(text)})


def _said() -> str:
    return _("People guess this password first. Put three or four words together that do not belong together.")


def _undecorated(text: str) -> set[str]:
    """The text without up to so many digits and signs before it, behind it, or both."""
    before = _AROUND.match(text)
    behind = _AROUND.match(text[::-1])
    start, end = (len(found[0]) if found else 0 for found in (before, behind))
    return {text[start:], text[: len(text) - end], text[start : len(text) - end]}


def _is_common(text: str, pieces: int) -> bool:
    """Whether it is at most so many common pieces."""
    if not text or text in _common() or _REPEATED.fullmatch(text):
        return True
    cuts = range(SHORTEST_PIECE, len(text) - SHORTEST_PIECE + 1) if pieces > 1 else ()
    return any(_is_common(text[:cut], 1) and _is_common(text[cut:], pieces - 1) for cut in cuts)


@cache
def _common() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords) | OF_THE_HOUSE
