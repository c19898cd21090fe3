"""E-mail addresses as the whole site compares them: one written form for each, and what hides another one refused."""

import re
import string
from collections import Counter
from unicodedata import category, name, normalize

# Alphabets of which some letters look like those of another. Within one word of an address only one of them may stand.
ALIKE_SCRIPTS = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU", "GLAGOLITIC"})
# Characters that are not seen, or that change the order in which others are: controls, formats, spaces of all kinds.
UNSEEN = frozenset({"Cc", "Cf", "Co", "Cn", "Cs", "Zs", "Zl", "Zp"})


class LookAlike(ValueError):
    """The address is written so that it can be mistaken for another one; nobody's real address has to be."""


def normalised(address: str) -> str:
    """The one form in which an address is stored and compared: no space around it, small letters, NFKC.

    What is sent goes to this form, never to the address as it was typed. Raises LookAlike where the address holds
    something that is not seen, where one word of it mixes alphabets that look alike, or where its form would change
    which part is the domain. It does not say whether the text is an address at all. Idempotent.
    """
    stripped = address.strip()
    if stripped.isascii() and stripped.isprintable() and " " not in stripped:
        return stripped.lower()  # nearly all there are: nothing below finds or changes anything in one
    # Small letters have composed forms of capitals and the other way round, so once is not enough.
    form = normalize("NFKC", normalize("NFKC", stripped).lower())
    if Counter(_marks(form)) - Counter(_marks(stripped)):
        raise LookAlike("its characters stand for marks that were not typed")
    if any(category(letter) in UNSEEN or _is_foreign_mark(letter) for letter in form):
        raise LookAlike("it holds a character that is not seen, or a mark that is taken for another")
    if any(len(_scripts(word)) > 1 for word in re.split(r"[^\w]|_", form)):
        raise LookAlike("it mixes alphabets that look alike")
    return form


def _is_foreign_mark(letter: str) -> bool:
    """Punctuation and symbols beyond ASCII; some mail programs read an ideographic full stop as the dot of a domain."""
    return category(letter)[0] in {"P", "S"} and not letter.isascii()


def _marks(text: str) -> list[str]:
    return [letter for letter in text if letter in string.punctuation]


def _scripts(word: str) -> set[str]:
    return {name(letter, "").split(" ")[0] for letter in word if letter.isalpha()} & ALIKE_SCRIPTS


def shortened(address: str) -> str:
    """The address as it is shown to somebody who may not know it: "a…@example.org"; it cannot be written to."""
    name, _at, domain = address.rpartition("@")
    return f"{name[:1]}…@{domain}"
