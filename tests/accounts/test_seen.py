"""When a session was last in use is written once a minute, and at once when it comes from somewhere else."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.finding import people_enrolled_by
from tests.factories import make_customer, make_enrolment, make_user
from tests.rights_requests.browsing import browser_of

pytestmark = pytest.mark.django_db
PAGE = "/requests/"


@pytest.fixture
def browser() -> Client:
    client = browser_of(make_user())
    client.get(PAGE)
    return client


def written(browser: Client, **headers: str) -> bool:
    """Whether the page writes what is known of the session."""
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(PAGE, **headers).status_code == 200
    return any(query["sql"].startswith('UPDATE "usersessions_usersession"') for query in captured)


def test_a_second_page_within_the_minute_writes_nothing(browser: Client) -> None:
    assert not written(browser)
    UserSession.objects.update(last_seen_at=timezone.now() - timedelta(seconds=61))
    assert written(browser)
    assert not written(browser)


def test_another_browser_or_network_is_written_at_once(browser: Client) -> None:
    assert written(browser, HTTP_USER_AGENT="another browser")
    assert UserSession.objects.get().user_agent == "another browser"
    assert not written(browser, HTTP_USER_AGENT="another browser")


def test_whom_a_customer_enrolled_is_found_by_an_index_of_its_name() -> None:
    make_enrolment("lou@work.example")
    for _number in range(300):
        make_customer()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE accounts_customer")
        cursor.execute("SET LOCAL enable_seqscan = off")
        with CaptureQueriesContext(connection) as captured:
            people_enrolled_by("mar")
        cursor.execute(f"EXPLAIN {captured[0]['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "customer_by_name" in plan
    assert "Seq Scan" not in plan
