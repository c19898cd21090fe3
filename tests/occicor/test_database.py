"""A connection that waited is asked by its socket: a server that is there is asked nothing, a dead one is seen."""

import psycopg2
import pytest
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.test.utils import CaptureQueriesContext

pytestmark = pytest.mark.django_db(transaction=True)


def _ended(ending: object) -> None:
    """Have the server end that connection, and wait until it is gone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 10000)", [ending.connection.info.backend_pid])
        assert cursor.fetchone()[0]


def test_a_good_connection_costs_no_question() -> None:
    connection.ensure_connection()
    with CaptureQueriesContext(connection) as asked:
        assert connection.is_usable()
    assert len(asked) == 0


def test_a_connection_that_the_server_ended_is_not_used_again() -> None:
    other = connections[DEFAULT_DB_ALIAS].copy()
    other.ensure_connection()
    assert other.is_usable()
    _ended(other)
    assert not other.is_usable()
    other.health_check_enabled, other.health_check_done = True, False
    with other.cursor() as cursor:  # as the next request would ask: it gets a new one
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
    other.close()


def test_what_came_meanwhile_is_no_end() -> None:
    other = connections[DEFAULT_DB_ALIAS].copy()
    other.ensure_connection()
    with other.cursor() as cursor:
        cursor.execute("LISTEN something")
        cursor.execute("SELECT 1")
    with connection.cursor() as cursor:
        cursor.execute("NOTIFY something")
    assert other.is_usable()
    other.close()


def test_no_connection_is_not_usable() -> None:
    other = connections[DEFAULT_DB_ALIAS].copy()
    other.ensure_connection()
    other.connection.close()
    with pytest.raises(psycopg2.InterfaceError):
        other.connection.fileno()
    assert not other.is_usable()
    other.close()
