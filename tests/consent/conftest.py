"""What the tests of consent share."""

import pytest
from django.core.cache import cache

from consent import notices


@pytest.fixture(autouse=True)
def _notice_looked_up(_no_notice: None) -> None:
    """Here the notice in force is what the database says."""
    notices.forget()


@pytest.fixture(autouse=True)
def _no_limits_left_over(db: None) -> None:
    """Rate limits live in the cache, which other tests share."""
    cache.clear()
