"""How a name, an address or a number is found again in whatever way somebody wrote it: one pattern for two engines.

PostgreSQL and Python read the same pattern, so that what staff are shown is what the export leaves out. It spells out
upper and lower case by itself: a database with the collation "C" knows them of ASCII only.
"""

import json
import re
import unicodedata

SHORTEST = 2
# A number of so many digits is a telephone's or an account's: whatever stands between its digits is no part of it.
DIGITS_OF_A_NUMBER = 5
_WORD_GAP = r"\s|-|\u00a0|\u202f|\u2010|\u2011|\u2013"
_DIGIT_GAP = r"\s|\u00a0|\u202f|\u2011|[().+/-]"
_BREAK_IN_JSON = r"|\\[nrt]"
_APOSTROPHES = "'\u2019\u02bc\u2018"
# What Arabic writes over and between letters, or leaves away.
_OVER_ARABIC = r"[\u0640\u064b-\u0652\u0670]*"
_ARABIC_DIGITS = ("\u0660", "\u06f0")
_SPACES = re.compile(r"[\s\u00a0\u202f]+")
_NUMBER = re.compile(r"[\d\s().+/\u00a0\u202f\u2011-]+")
_WORDS_APART = re.compile(r"[\s\u00a0\u202f\u2010\u2011\u2013-]+")


def normal(term: str) -> str:
    """The term as it is kept: composed characters, single spaces, nothing around it."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", term)).strip()


def pattern(term: str, *, in_json: bool = False) -> str:
    """The pattern that finds a normal term; `in_json` within the text of a JSON value, where some are escaped.

    Raises ValueError for a term without a letter or digit, for it would be found everywhere.
    """
    if not can_be_sought(term):
        raise ValueError("not a term")
    more = _BREAK_IN_JSON if in_json else ""
    if _NUMBER.fullmatch(term) and sum(letter.isdigit() for letter in term) >= DIGITS_OF_A_NUMBER:
        return f"(?:{_DIGIT_GAP}{more})*".join(_digit(letter) for letter in term if letter.isdigit())
    words = [word for word in _WORDS_APART.split(term) if word]
    return f"(?:{_WORD_GAP}{more})+".join("".join(_letter(letter, in_json) for letter in word) for word in words)


def can_be_sought(term: str) -> bool:
    """Whether there are enough letters or digits in it to be looked for."""
    return sum(letter.isalnum() for letter in term) >= SHORTEST


def found_in(text: str, term: str) -> re.Match[str] | None:
    """Where the term stands first in a text; None where it does not."""
    return re.search(pattern(term), text)


def without(text: str, term: str, mark: str) -> str:
    """The text with the mark wherever the term stood."""
    return re.sub(pattern(term), lambda _found: mark, text)


def _digit(digit: str) -> str:
    value = unicodedata.digit(digit)
    return "(?:" + "|".join([str(value), *(chr(ord(zero) + value) for zero in _ARABIC_DIGITS)]) + ")"


def _letter(letter: str, in_json: bool) -> str:
    if letter in _APOSTROPHES:
        return f"[{_APOSTROPHES}]"
    if letter.isdigit():
        return _digit(letter)
    shapes = {letter, letter.lower(), letter.upper(), letter.casefold(), letter.title()}
    shapes |= {unicodedata.normalize("NFD", shape) for shape in shapes}
    spelled = sorted({_escaped(shape, in_json) for shape in shapes})
    found = spelled[0] if len(spelled) == 1 else "(?:" + "|".join(spelled) + ")"
    return found + _OVER_ARABIC if unicodedata.bidirectional(letter) == "AL" else found


def _escaped(shape: str, in_json: bool) -> str:
    return re.escape(json.dumps(shape, ensure_ascii=False)[1:-1] if in_json else shape)
