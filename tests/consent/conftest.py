"""What the tests of consent share."""

from typing import Any

import pytest
from django.core.cache import cache

from consent import notices
from privacy.policy.register import register
from visitors.audience import visits


@pytest.fixture(autouse=True)
def _notice_looked_up(_no_notice: None) -> None:
    """Here the notice in force is what the database says."""
    notices.forget()


@pytest.fixture(autouse=True)
def _no_limits_left_over(db: None) -> None:
    """Rate limits live in the cache, which other tests share."""
    cache.clear()


@pytest.fixture(autouse=True)
def _no_visits_known(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """A site that is set to know no visits, so that it asks only about what a test puts there."""
    settings.AUDIENCE_VISITS = False
    monkeypatch.delitem(register.trackers, visits.COOKIE)
