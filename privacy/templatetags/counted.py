"""Counted nouns of Arabic, whose form follows the number: one, two, three to ten, up to ninety-nine, hundreds."""

from django.template import Library

register = Library()
FEW, MANY = range(3, 11), range(11, 100)


@register.filter
def counted(number: int, forms: str) -> str:
    """The number with its noun; `forms` are those of one, two, few, many and hundreds, with bars between them.

    One and two are said by the noun alone. Raises ValueError unless there are five forms.
    """
    one, two, few, many, hundreds = forms.split("|")
    if number in {1, 2}:
        return one if number == 1 else two
    rest = number % 100
    return f"{number} {few if rest in FEW else many if rest in MANY else hundreds}"
