"""The places a person may say they live in: the countries of the world, and California as a place of its own."""

from unicodedata import combining, normalize

from django.utils.translation import gettext as _
from django_countries import countries

CALIFORNIA = "US-CA"


def choices() -> list[tuple[str, str]]:
    """Code and name of each place in the active language, by name; California stands after the United States."""
    places: list[tuple[str, str]] = []
    # The library's own order knows no letters but Latin ones.
    for code, name in sorted(countries, key=lambda one: in_order(str(one[1]))):
        places.append((code, str(name)))
        if code == "US":
            places.append((CALIFORNIA, name_of(CALIFORNIA)))
    return places


def in_order(name: str) -> str:
    """By what a name is sorted: its letters without their accents, large and small alike."""
    return "".join(letter for letter in normalize("NFKD", name) if not combining(letter)).casefold()


def name_of(place: str) -> str:
    """The name of a place in the active language; empty for an unknown code."""
    if place == CALIFORNIA:
        return _("United States: California")
    return str(countries.name(place))
