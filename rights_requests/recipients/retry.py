"""Decides, from the outcome alone, when a recipient is told or asked again, and when a person must look."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from rights_requests.recipients.notices import ENDED, Detail, Outcome

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR


@dataclass(frozen=True)
class Again:
    """Tell, or ask, again after this many seconds."""

    seconds: int


@dataclass(frozen=True)
class AskStaff:
    """Nothing that a machine can do helps: a member of staff takes it up."""


@dataclass(frozen=True)
class Over:
    """The recipient has done it, or has shown that it is impossible."""


Decision = Again | AskStaff | Over


@dataclass(frozen=True)
class Schedule:
    """Wait so long at first, twice as long each time up to the longest, and so many times before staff are asked."""

    first: int
    longest: int
    times: int


# What is not here is for staff at once. The last lines are for those who were told: about a month, then staff ask.
SCHEDULES: Mapping[Detail, Schedule] = MappingProxyType(
    {
        Detail.UNREACHABLE: Schedule(MINUTE, 6 * HOUR, 16),
        Detail.TOLD_TO_WAIT: Schedule(MINUTE, 6 * HOUR, 16),
        Detail.CERTIFICATE: Schedule(HOUR, 6 * HOUR, 4),
        Detail.NO_STATEMENT: Schedule(HOUR, DAY, 8),
        Detail.TAKEN_IN: Schedule(HOUR, DAY, 32),
    }
)


def after(outcome: Outcome, attempts: int) -> Decision:
    """What to do after `attempts` attempts (1 or more) since the notice last moved on ended in this outcome.

    A recipient that names a time to wait is given it, up to a day. A notice is over only by a recipient's own word: no
    answer, however friendly, and no number of attempts makes it so.
    """
    if outcome.state in ENDED:
        return Over()
    schedule = SCHEDULES.get(outcome.detail)
    if schedule is None or attempts >= schedule.times:
        return AskStaff()
    own = min(schedule.first * 2 ** (attempts - 1), schedule.longest)
    return Again(max(own, min(outcome.retry_after_seconds or 0, DAY)))
