"""What the tests share that break the running site or fill it."""

from collections.abc import Iterator

import pytest

from tests.faults.driver import Driver
from tests.stack import RunningStack


@pytest.fixture(scope="session")
def driver(running_stack: RunningStack) -> Iterator[Driver]:
    """A process beside the site that files, approves and looks; one for all, since it numbers the people it makes."""
    made = Driver(running_stack)
    yield made
    made.close()
