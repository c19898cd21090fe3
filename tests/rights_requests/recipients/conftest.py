"""What the tests of recipients can ask for: a server that runs, and leave to call this computer."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.processor import Processor


@pytest.fixture
def loopback(settings: Settings) -> None:
    """This computer counts as a place that may be called."""
    settings.OUTBOUND_ALLOW_LOOPBACK = True


@pytest.fixture
def processor(loopback: None) -> Iterator[Processor]:
    """A recipient's server that runs for the length of the test."""
    with Processor().running() as found:
        yield found
