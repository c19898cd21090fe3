"""What the tests of consent share."""

from collections.abc import Iterator

import pytest

from consent import notices


@pytest.fixture(autouse=True)
def _no_notice_remembered() -> Iterator[None]:
    """The notice of one test is not that of the next."""
    notices.forget()
    yield
    notices.forget()
