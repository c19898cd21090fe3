"""What higher floors know of people who were looked at: who had something open with us, and who is near to whom."""

from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth import get_user_model

from privacy.data_map.subject import Subject, subject_of_user


@dataclass(frozen=True)
class Span:
    """A day, as the instants between which it lies."""

    begins_at: datetime
    ends_at: datetime


# The keyed digests, of those given, of people who had something open with us in the span.
Needs = Callable[[Set[str], Span], Iterable[str]]
# The keyed digests, of those given, of people whom a member of staff knows.
Nears = Callable[[UUID, Set[str]], Iterable[str]]
_needs: list[Needs] = []
_nears: list[Nears] = []


def tells_needs(teller: Needs) -> Needs:
    """Let a function say who had something open; for an app's job_handlers."""
    if teller not in _needs:
        _needs.append(teller)
    return teller


def tells_nears(teller: Nears) -> Nears:
    """Let a function say whom a member of staff knows; for an app's job_handlers."""
    if teller not in _nears:
        _nears.append(teller)
    return teller


def needed(digests: Set[str], span: Span) -> set[str]:
    """Those of the people who had something open with us."""
    return {digest for teller in _needs for digest in teller(digests, span)}


def near(staff_id: UUID, digests: Set[str]) -> set[str]:
    """Those of the people who are the member of staff, a colleague, or somebody whom an app says they know."""
    known = set(subject_of_user(staff_id).digests())  # under every key: the audit keeps that of its day
    colleagues = get_user_model().objects.filter(is_staff=True).values_list("pk", flat=True)
    known |= {same for pk in colleagues for same in Subject(user_id=pk).same_digests}
    known |= {digest for teller in _nears for digest in teller(staff_id, digests)}
    return known & set(digests)
