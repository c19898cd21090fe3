"""What these tests have in common."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _no_limits_left_over(db: None) -> None:
    """Rate limits live in the cache, which other tests share."""
    cache.clear()
