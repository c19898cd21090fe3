"""What somebody had better settle before their account is closed; each app says what it knows, and none forbids it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Caution:
    """One thing to settle first, or to wait for: what it is in a few words, then why and what to do."""

    title: Any
    text: Any


Teller = Callable[[UUID], Iterable[Caution]]
_tellers: list[Teller] = []


def before_closing(teller: Teller) -> Teller:
    """Let a function say what an account's person should know; for an app's job_handlers."""
    if teller not in _tellers:
        _tellers.append(teller)
    return teller


def cautions(user_id: UUID) -> Iterator[Caution]:
    """What this person should know before they close their account. The right to erasure stays whatever it says."""
    for teller in _tellers:
        yield from teller(user_id)
