"""Sessions of staff end after a while without use and after a working day; nobody loses the page or their words."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import staff_sessions
from accounts.models import Session, User
from tests.factories import make_staff, make_user
from tests.rights_requests.browsing import browser_of, said
from tests.rights_requests.desk import act_url, make_colleague, make_erasure, state_of, workspace_url

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P6.1")]


def moved(client: Client, **back: timedelta) -> None:
    """As if the session had begun, or been used, so long before."""
    session = client.session
    kept = session[staff_sessions.IN_SESSION]
    for name, by in back.items():
        kept[name] -= by.total_seconds()
    session[staff_sessions.IN_SESSION] = kept
    session.save()


def signed_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


@pytest.fixture
def colleague() -> User:
    return make_colleague()


@pytest.fixture
def desk(colleague: User) -> Client:
    return browser_of(colleague)


@pytest.mark.parametrize(
    ("back", "told"),
    [
        ({"used": timedelta(minutes=30)}, "nothing was done here for 30 minutes"),
        ({"began": timedelta(hours=10)}, "lasts 10 hours at most"),
    ],
)
def test_whoever_reads_is_told_why_and_comes_back_to_the_page(
    desk: Client, back: dict[str, timedelta], told: str
) -> None:
    page = workspace_url(make_erasure())
    assert desk.get(page).status_code == 200
    moved(desk, **back)
    key = desk.session.session_key
    asked = desk.get(page, follow=True)
    assert asked.redirect_chain[-1][0] == f"{reverse('account_login')}?next={page}"
    assert told in said(asked)
    assert not Session.objects.filter(session_key=key).exists()


@pytest.mark.parametrize("back", [{"used": timedelta(minutes=29)}, {"began": timedelta(hours=9, minutes=59)}])
def test_before_that_nothing_happens_and_use_is_noted(desk: Client, back: dict[str, timedelta]) -> None:
    moved(desk, **back)
    assert signed_in(desk)
    assert timezone.now().timestamp() - desk.session[staff_sessions.IN_SESSION]["used"] < 60


def test_what_was_sent_too_late_is_not_done_and_is_shown_once_more(desk: Client) -> None:
    request = make_erasure()
    moved(desk, used=timedelta(hours=1))
    text = "It is the third time <b>this</b> month."
    sent = desk.post(act_url(request, "refuse"), {"reason": "excessive", "text": text, "password": "two words"})
    assert sent.status_code == 403
    page = sent.content.decode()
    assert "It is the third time &lt;b&gt;this&lt;/b&gt; month." in page
    assert "two words" not in page
    assert "excessive" not in page.partition("<main")[2]
    assert f"next={act_url(request, 'refuse')}" in page
    assert state_of(request) == "received"
    assert not signed_in(desk)


def test_a_foreign_page_cannot_have_its_words_shown(colleague: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = browser_of(colleague).cookies
    moved(browser, used=timedelta(hours=1))
    sent = browser.post(act_url(make_erasure(), "refuse"), {"text": "words of another site"})
    assert sent.status_code == 403
    assert "words of another site" not in sent.content.decode()


def test_what_a_script_asks_by_itself_is_no_use(desk: Client) -> None:
    moved(desk, used=timedelta(minutes=20))
    assert desk.get("/account/", headers={"Sec-Fetch-Dest": "empty"}).status_code == 200
    moved(desk, used=timedelta(minutes=10))
    assert not signed_in(desk)


def test_people_keep_their_session(settings: Any) -> None:
    settings.STAFF_IDLE_MINUTES, settings.STAFF_SESSION_HOURS = 0, 0
    person = browser_of(make_user())
    assert signed_in(person)
    assert staff_sessions.IN_SESSION not in person.session
    assert person.session.get_expiry_age() > 13 * 24 * 3600


def test_the_row_of_a_session_of_staff_is_gone_long_before_that_of_others(desk: Client) -> None:
    desk.get("/account/")
    age = Session.objects.get(session_key=desk.session.session_key).expire_date - timezone.now()
    assert age < timedelta(hours=35)


def test_a_session_of_before_counts_from_when_it_signed_in(desk: Client) -> None:
    """Also one of an app that signed in days ago, whose key is put into a browser."""
    session = desk.session
    del session[staff_sessions.IN_SESSION]
    session["account_authentication_methods"] = [{"method": "password", "at": timezone.now().timestamp() - 11 * 3600}]
    session.save()
    assert not signed_in(desk)


def test_whoever_becomes_staff_in_a_session_is_counted_from_then() -> None:
    person = make_user()
    browser = browser_of(person)
    browser.get("/account/")
    User.objects.filter(pk=person.pk).update(is_staff=True)
    browser.get("/account/")
    assert staff_sessions.IN_SESSION in browser.session


def test_anonymous_visitors_get_no_session() -> None:
    assert make_staff().is_staff
    visitor = Client()
    visitor.get("/")
    assert settings.SESSION_COOKIE_NAME not in visitor.cookies
