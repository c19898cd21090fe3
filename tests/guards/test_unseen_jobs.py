"""A test that commits nothing can run jobs however busy the machine is."""

import time
from typing import Any

import pytest

from privacy.jobs import engine
from privacy.jobs.context import JobContext
from privacy.models import JobState
from tests.privacy.jobs import effects_table, fresh, kind, noting, queued


@pytest.mark.django_db
def test_a_job_that_lasts_longer_than_its_lease_is_not_lost_where_nobody_else_can_see_it(settings: Any) -> None:
    settings.JOB_LEASE_SECONDS = 1

    def take_long(context: JobContext) -> None:
        time.sleep(0.8)
        context.check()

    with effects_table(), kind([noting("one", take_long)]) as name:
        job = queued(name)
        engine.run(job.pk)
        assert fresh(job).state == JobState.DONE
