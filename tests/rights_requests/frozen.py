"""A clock that stands where a test says, and requests that were received on a day of the test's choice."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest

from accounts.models import User
from privacy import clock
from privacy.data_map.subject import subject_of_user
from privacy.vocabulary import Right
from rights_requests.models import RightsRequest
from rights_requests.services import filing
from rights_requests.vocabulary import IdentityMethod
from tests.rights_requests.scenario import subject_actor

# A Wednesday. A month later is Christmas, so in France an answer is due on Monday 28 December.
RECEIVED = datetime(2026, 11, 25, 10, tzinfo=UTC)
DAY = timedelta(days=1)


class Clock:
    """What `privacy.clock.now` answers."""

    def __init__(self) -> None:
        self.instant = RECEIVED

    def set(self, instant: datetime) -> datetime:
        """Let it be this instant from now on."""
        self.instant = instant
        return instant

    def __call__(self) -> datetime:
        return self.instant


@pytest.fixture
def now_is() -> Iterator[Clock]:
    """The clock of all services, at RECEIVED until it is set."""
    with mock.patch.object(clock, "now", Clock()) as standing:
        yield standing


def received(
    user: User,
    at: datetime = RECEIVED,
    *,
    country: str = "FR",
    right: Right = Right.ACCESS,
    minor: bool = False,
) -> RightsRequest:
    """A request of this person that reached us then."""
    asked = filing.Asked(right, country=country, minor=minor, waives_cooling=True)
    asker = filing.Asker(subject_of_user(user.pk), IdentityMethod.ACCOUNT, received_at=at)
    return filing.file(actor=subject_actor(user), asker=asker, asked=asked).request
