"""Whom a company enrolled with us, by the name of the company: asked of whichever app knows companies."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

# So many people without an account are looked at for one search; of a larger company they are found by their address.
MOST_ADDRESSES = 2_000


@dataclass(frozen=True)
class People:
    """Their accounts, as a query of one column that is not read yet, and the addresses of those who have none.

    At most MOST_ADDRESSES of these; `more` says that there are others.
    """

    user_ids: Any
    addresses: tuple[str, ...]
    more: bool = False


Finder = Callable[[str], People]
_finders: list[Finder] = []


def enrolled_by(finder: Finder) -> Finder:
    """Register the decorated function: it finds people by how the name of their company begins, in any case."""
    if finder not in _finders:
        _finders.append(finder)
    return finder


def people_of(name_begins: str) -> Iterable[People]:
    """The people of the companies whose name begins so; as many queries as finders, and those that are read later."""
    return tuple(finder(name_begins) for finder in _finders)
