"""How counts of people's acts are told to staff: fewer than five are not told exactly, so that nobody stands out."""

from django.utils.translation import gettext as _

# The same number below which the audience's figures tell nothing.
SMALLEST = 5


def told(count: int) -> int | str:
    """The count, or "fewer than 5"; nought is nobody, and said."""
    return count if count == 0 or count >= SMALLEST else _("fewer than %(few)d") % {"few": SMALLEST}


def drawn(count: int) -> int:
    """The count as a bar may show it: nothing where it is not told exactly."""
    return count if count >= SMALLEST else 0
