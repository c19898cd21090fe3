"""What the tests of consent share."""

import pytest

from consent import notices


@pytest.fixture(autouse=True)
def _notice_looked_up(_no_notice: None) -> None:
    """Here the notice in force is what the database says."""
    notices.forget()
