"""Who knows how to do again what an entry of the ledger stands for, in a database that an old backup brought back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from privacy.data_map.subject import Subject
from privacy.ledger.chain import Entry


@dataclass(frozen=True)
class FoundAgain:
    """An entry that the database does not know, and the person as far as rows of the database still name them.

    `subject` is None where no row does; `entry.digests` say who it is all the same. An erasure has been done again by
    then: `counts` are the rows touched, by the names of a job's steps, and `searched` is what the search found.
    """

    entry: Entry
    subject: Subject | None
    counts: Mapping[str, int] = field(default_factory=dict)
    searched: Mapping[str, Any] = field(default_factory=dict)


Applier = Callable[[FoundAgain], object]
_appliers: dict[str, list[Applier]] = {}


def register_applier(kind: str, function: Applier) -> None:
    """Let `function` do again what entries of this kind stand for; several for a kind run in the order they came in.

    It is called in the transaction that moves the database's position past the entry, so it happens exactly once, and
    it must be safe where the effect is there already. What it raises stops the whole and leaves the site closed.
    """
    _appliers.setdefault(kind, []).append(function)


def appliers_of(kind: str) -> list[Applier]:
    """Who was registered for a kind."""
    return list(_appliers.get(kind, ()))
