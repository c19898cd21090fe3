"""One person with a row of everything, and everybody's browser, made once for a file of attacks."""

import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from accounts import seen, staff_sessions
from privacy import ledger
from tests.attacks.roles import Browser, browsers
from tests.attacks.site_map import Things


@pytest.fixture(scope="module")
def things(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Things]:
    """What the person has who is to be robbed; taken back when the file is done. So many refusals are not logged."""
    folder = tmp_path_factory.mktemp("things")
    folders = {f"{name}_DIR": folder / name.lower() for name in ("EVIDENCE", "PACKAGE", "LEDGER")}
    logging.disable(logging.CRITICAL)
    # Whoever signed in for the tries has signed in just now until the last of them, however busy the machine is.
    long = {"ACCOUNT_REAUTHENTICATION_TIMEOUT": 60 * 60, "STAFF_IDLE_MINUTES": 60}
    settings = {**folders, **long, "USERSESSIONS_TRACK_ACTIVITY": False}
    with (
        django_db_blocker.unblock(),
        override_settings(**settings),
        pytest.MonkeyPatch.context() as patch,
        transaction.atomic(),
    ):
        # Whether the database is an old backup has tests of its own, and is not looked up ten thousand times.
        patch.setattr(ledger, "closed", lambda: "")
        # That a session is still in use is noted by the clock, and for staff sets a cookie in the midst of the tries.
        patch.setattr(staff_sessions, "NOTED_EVERY", timedelta(hours=1))
        patch.setattr(seen, "WRITTEN_AFTER", timedelta(hours=1))
        yield Things.of_somebody()
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def everybody(things: Things) -> dict[str, Browser]:
    """Everybody's browser."""
    return browsers(things.user)
