"""What of a copy for trying out is emptied or blanked besides what the data map says: each part says so of its own."""

from collections.abc import Mapping

from django.core.exceptions import ImproperlyConfigured

_emptied: dict[str, str] = {}
_blanked: dict[str, Mapping[str, str]] = {}


def emptied_in_copies(label: str, *, because: str) -> None:
    """Have a model's rows left out of copies, and whatever hangs on them; `because` is for whoever looks for them."""
    if label.lower() in _emptied:
        raise ImproperlyConfigured(f"{label} says twice that it is emptied in copies")
    _emptied[label.lower()] = because


def blanked_in_copies(label: str, **fields: str) -> None:
    """Have fields that are nobody's data set to an expression of SQL: secrets, addresses to which we would write."""
    if label.lower() in _blanked:
        raise ImproperlyConfigured(f"{label} says twice what is blanked in copies")
    _blanked[label.lower()] = fields


def emptied() -> Mapping[str, str]:
    """Why, by model label in lower case."""
    return _emptied


def blanked(label: str) -> Mapping[str, str]:
    """The expressions of a model, by field."""
    return _blanked.get(label.lower(), {})
