"""Groups of people that the apps know, such as everybody of a Customer: each app registers its own, by kind."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from privacy.policy.register import Addressee

AT_ONCE = 500


@dataclass(frozen=True)
class GroupKind:
    """Groups of one kind: `choices` names them by key, `people` gives so many of one in order, from after a key."""

    name: str
    choices: Callable[[], Sequence[tuple[str, Any]]]
    people: Callable[[str, str, int], Sequence[Addressee]]


_kinds: dict[str, GroupKind] = {}


def register_group(kind: GroupKind) -> None:
    """Let an app's kind of groups be known; raises ImproperlyConfigured when the name is taken."""
    if _kinds.setdefault(kind.name, kind) is not kind:
        raise ImproperlyConfigured(f"{kind.name} is the name of two kinds of groups")


def choices(kind: str) -> list[tuple[str, str]]:
    """The groups of one kind as "kind:key" with their names, for a form."""
    return [(f"{kind}:{key}", str(title)) for key, title in _kinds[kind].choices()]


def title(group: str) -> str:
    """What a group is called now; its key where it is known no more."""
    kind, _colon, key = group.partition(":")
    return str(dict(_kinds[kind].choices()).get(key, group)) if kind in _kinds else group


def some(group: str, after: str, limit: int) -> Sequence[Addressee]:
    """Up to so many people of a group in the order of their keys, from after a key ("" for the first ones)."""
    kind, _colon, key = group.partition(":")
    return _kinds[kind].people(key, after, limit)


def everybody(group: str) -> Iterator[Addressee]:
    """All people of a group, read so many at a time."""
    after, found = "", list(some(group, "", AT_ONCE))
    while found:
        yield from found
        after = found[-1].key
        found = list(some(group, after, AT_ONCE)) if len(found) == AT_ONCE else []
