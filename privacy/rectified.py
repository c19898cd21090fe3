"""What a person corrected by themselves, on its way to those who have the data from us (Art. 16, 19 GDPR).

The app that holds the data keeps what is still to be told; whoever keeps the register of recipients takes it on.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Follower:
    """Who tells recipients.

    `wants(slug)` says whether anybody gets data of this holding now. `take(user_id, slug, row_key, former)` has them
    told of the fields in `former`, which holds what each said before; what it says now stands in the row. It says
    whether it took that on: if not, it is asked again later.
    """

    wants: Callable[[str], bool]
    take: Callable[[UUID, str, str, Mapping[str, str]], bool]


_followers: list[Follower] = []


def register_follower(follower: Follower) -> None:
    """For the job_handlers of the app that keeps the register of recipients."""
    _followers.append(follower)


def wanted(slug: str) -> bool:
    """Whether anybody is to be told when data of this holding was corrected."""
    return any(follower.wants(slug) for follower in _followers)


def taken(user_id: UUID, slug: str, row_key: str, former: Mapping[str, str]) -> bool:
    """Whether every follower took on what was corrected; safe to repeat."""
    return all(follower.take(user_id, slug, row_key, former) for follower in _followers)
