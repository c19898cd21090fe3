"""Before an account is closed: what its person had better settle, as each app knows it; and who closes unused ones."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from privacy.actors import Actor


@dataclass(frozen=True)
class Caution:
    """One thing to settle first, or to wait for: what it is in a few words, then why and what to do."""

    title: Any
    text: Any


Closer = Callable[[Actor, UUID], bool]
Teller = Callable[[UUID], Iterable[Caution]]
_tellers: list[Teller] = []
_closers: list[Closer] = []


def before_closing(teller: Teller) -> Teller:
    """Let a function say what an account's person should know; for an app's job_handlers."""
    if teller not in _tellers:
        _tellers.append(teller)
    return teller


def cautions(user_id: UUID) -> Iterator[Caution]:
    """What this person should know before they close their account. The right to erasure stays whatever it says."""
    for teller in _tellers:
        yield from teller(user_id)


def closed_by(closer: Closer) -> Closer:
    """Let a function carry out the erasure of accounts that nobody uses; for the job_handlers of whoever erases."""
    if closer not in _closers:
        _closers.append(closer)
    return closer


def close_unused(actor: Actor, user_id: UUID) -> bool:
    """Have an account erased whose term is over, in the caller's transaction; False when nobody does that now."""
    return any(closer(actor, user_id) for closer in _closers)
