"""A pool that hands connections on after each transaction: who may use one, and what it must do for us."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection

from occicor.celery import refuse_unsound_start
from privacy.checks import silent_transactions_end
from tests.occicor.test_production import started


@pytest.mark.django_db
def test_worker_and_scheduler_do_not_start_behind_one(settings: Any) -> None:
    settings.DATABASE_POOLED = True
    with pytest.raises(SystemExit, match="DATABASE_POOLED is for web servers"):
        refuse_unsound_start()
    with pytest.raises(ImproperlyConfigured, match="a DATABASE_URL that leads to PostgreSQL itself"):
        call_command("run_scheduler")


def test_nothing_outlives_a_transaction_then() -> None:
    show = "d = s.DATABASES['default']; print(d.get('DISABLE_SERVER_SIDE_CURSORS'), d['OPTIONS'].get('options'))"
    assert started(show).stdout.startswith("None -c idle_in_transaction_session_timeout=10s -c tcp_keepalives_idle=4 ")
    assert started(show, DATABASE_POOLED="1").stdout.strip() == "True None"


@pytest.mark.django_db
def test_a_pool_without_patience_is_told() -> None:
    assert silent_transactions_end(databases=["default"]) == []
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
    (told,) = silent_transactions_end(databases=["default"])
    assert (told.id, silent_transactions_end()) == ("privacy.W066", [])
