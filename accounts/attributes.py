"""What a Customer may say about a person beyond name and address: few, short, plain values under names of their own."""

import json
import re
from collections.abc import Mapping
from typing import Any
from unicodedata import category

from django.utils.translation import gettext as _

from accounts.errors import AttributesRefused
from accounts.models import ATTRIBUTES_CHARACTERS

MOST = 20
LONGEST_NAME = 60
LONGEST_TEXT = 300
LARGEST_NUMBER = 10**15
# In each language of the site; written back they are yes and no in all of them.
YES_OR_NO = {"yes": True, "oui": True, "نعم": True, "no": False, "non": False, "لا": False}
NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,9})?", re.ASCII)
NAME = re.compile(r"[^\W_][\w .()/-]*")

Attributes = dict[str, str | int | float | bool]


def checked(given: Mapping[str, Any]) -> Attributes:
    """The attributes, tidied: a flat object of texts, numbers and yes or no. Raises AttributesRefused, with the reason.

    At most 20, names of at most 60 characters, texts of at most 300, numbers below 10 to the 15th.
    """
    if len(given) > MOST:
        raise AttributesRefused(_("Give at most %(most)d further facts.") % {"most": MOST})
    tidied = {_name(name): _value(str(name), value) for name, value in given.items()}
    if len(tidied) < len(given):
        raise AttributesRefused(_("Two of the further facts have the same name."))
    if len(json.dumps(tidied, ensure_ascii=False)) > ATTRIBUTES_CHARACTERS:
        raise AttributesRefused(_("The further facts are too long together. Leave some out."))
    return tidied


def of_lines(text: str) -> Attributes:
    """The attributes written one on a line as "name: text"; raises AttributesRefused for a line that is not."""
    found: dict[str, str] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, colon, value = line.partition(":")
        if not colon or name.strip() in found:
            raise AttributesRefused(_("Write each fact on a line of its own: its name, a colon, then what it is."))
        found[name.strip()] = value.strip()
    return checked(found)


def as_lines(attributes: Mapping[str, Any]) -> str:
    """The attributes written one on a line, as `of_lines` reads them; the same order and words in every language."""
    return "\n".join(f"{name}: {_as_text(value)}" for name, value in sorted(attributes.items()))


def in_words(attributes: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The names in their order, each with its value as a person reads it."""
    answers = {True: _("yes"), False: _("no")}
    return [
        (name, answers[value] if isinstance(value, bool) else str(value)) for name, value in sorted(attributes.items())
    ]


def typed(given: Mapping[str, str], before: Mapping[str, Any]) -> Attributes:
    """What was read from lines in the kind that it has: a plain number, yes or no, else a text.

    Plain is a number written as we would write it: a badge number such as 00123 stays the text that it is. What stands
    as it did `before` keeps its kind.
    """
    return checked(
        {
            name: before[name] if name in before and _as_text(before[name]) == text else _typed(text)
            for name, text in given.items()
        }
    )


def as_before(given: Mapping[str, Any], before: Mapping[str, Any]) -> Attributes:
    """What was read from lines, with what stands as it did in the kind that it had: numbers, yes or no."""
    return {
        name: before[name] if name in before and _as_text(before[name]) == value else value
        for name, value in given.items()
    }


def _typed(text: str) -> str | int | float | bool:
    if text.lower() in YES_OR_NO:
        return YES_OR_NO[text.lower()]
    if not NUMBER.fullmatch(text):
        return text
    number = float(text) if "." in text else int(text)
    return number if str(number) == text and abs(number) < LARGEST_NUMBER else text


def _as_text(value: Any) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _name(name: Any) -> str:
    tidied = str(name).strip()
    if len(tidied) > LONGEST_NAME or not NAME.fullmatch(tidied):
        raise AttributesRefused(_("A fact has a name of letters and digits, at most 60, such as “store”."))
    return tidied


def _value(name: str, value: Any) -> str | int | float | bool:
    if isinstance(value, str):
        tidied = value.strip()
        plain = tidied.isprintable() or not any(category(letter) == "Cc" for letter in tidied)
        if plain and len(tidied) <= LONGEST_TEXT:
            return tidied
    elif isinstance(value, bool | int | float) and abs(value) < LARGEST_NUMBER:
        return value
    raise AttributesRefused(
        _("“%(name)s” is a text of at most 300 characters on one line, a number, or yes or no.") % {"name": name[:60]}
    )
