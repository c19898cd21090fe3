"""A test that forks finds no connection in the fork: one of the process it came from may be dead, or that one's own."""

import os

import pytest
from django.db import connection, connections


@pytest.mark.django_db
def test_a_fork_has_no_connection_until_it_opens_one() -> None:
    connection.ensure_connection()
    child = os.fork()
    if not child:
        os._exit(int(connections["default"].connection is not None))
    assert os.waitpid(child, 0)[1] == 0
    with connection.cursor() as cursor:  # the fork has not ended that of the test
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
