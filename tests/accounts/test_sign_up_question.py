"""The question at sign-up when somebody was born: neutral, kept nowhere, and the same for pages and for programs."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from allauth.core import context
from allauth.headless.account.inputs import SignupInput
from django.db import connection
from django.test import Client, RequestFactory
from django.utils import timezone
from post_office.models import Email

from accounts.models import User
from accounts.sessions import SessionStore
from accounts.sign_up_question import WrongPart, is_of_age, read_date
from privacy.models import AuditEntry
from tests.accounts.flows import sign_up
from tests.factories import PASSWORD, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P9.1")]
SIGN_UP = "/account/signup/"
TODAY = date(2026, 11, 26)
CHILD = {"born_day": "5", "born_month": "6", "born_year": str(timezone.now().year - 12)}


@pytest.mark.parametrize(
    ("born", "today", "of_age"),
    [
        (date(2008, 11, 26), TODAY, True),
        (date(2008, 11, 27), TODAY, False),
        (date(2008, 2, 29), date(2026, 2, 28), False),
        (date(2008, 2, 29), date(2026, 3, 1), True),
        (date(2010, 2, 28), date(2028, 2, 28), True),
        (date(2010, 3, 1), date(2028, 2, 29), False),
        (date(1900, 1, 1), TODAY, True),
    ],
)
def test_the_birthday_itself_counts_and_a_leap_day_waits_for_march(born: date, today: date, of_age: bool) -> None:
    assert is_of_age(born, today) is of_age


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        (("", "", ""), "born_day"),
        (("31", "4", "1990"), "born_day"),
        (("29", "2", "1990"), "born_day"),
        (("", "4", "1990"), "born_day"),
        (("27th", "4", "1990"), "born_day"),
        (("27", "13", "1990"), "born_month"),
        (("27", "march", "1990"), "born_month"),
        (("27", "4", "90"), "born_year"),
        (("27", "4", "0000"), "born_year"),
        (("27", "4", "19900"), "born_year"),
        (("27", "11", "2026"), "born_year"),
        (("1", "1", "1801"), "born_year"),
        (("9" * 5000, "1", "1990"), "born_day"),
    ],
)
def test_an_impossible_date_is_said_at_the_part_that_is_wrong(typed: tuple[str, str, str], part: str) -> None:
    with pytest.raises(WrongPart) as wrong:
        read_date(*typed, TODAY)
    assert wrong.value.part == part


def test_digits_of_any_script_are_digits() -> None:
    assert read_date("٢٧", "٣", "١٩٩٠", TODAY) == date(1990, 3, 27)


def test_the_question_hints_at_no_answer_and_errors_lose_nothing(client: Client) -> None:
    page = client.get(SIGN_UP).content.decode()
    # Without the token against foreign forms, which is drawn and may say anything.
    form = re.sub(r"<input [^>]*csrfmiddlewaretoken[^>]*>", "", page[page.index("<form") : page.index("</main>")])
    assert "When were you born?" in form
    assert "18" not in form
    page = sign_up(client, "adult@example.org", born_day="31", born_month="4").content.decode()
    assert "There is no such day." in page
    assert 'href="#id_born_day"' in page
    assert 'value="adult@example.org"' in page
    assert not User.objects.exists()


def test_of_the_answer_nothing_is_kept_but_that_it_was_given(client: Client) -> None:
    assert _rows_that_say(make_user("known@example.org").email) != []
    sign_up(client, "adult@example.org", born_day="17", born_month="9", born_year="1943")
    assert AuditEntry.objects.get(event="account.opened").data == {"when_born": "answered"}
    assert _rows_that_say("1943") == []


def test_under_eighteen_there_is_no_account_no_message_and_no_reason(client: Client) -> None:
    make_user("known@example.org")
    for address in ("child@example.org", "known@example.org", "no address"):
        visitor = Client()
        answer = sign_up(visitor, address, password="short" if address == "no address" else PASSWORD, **CHILD)
        assert answer["Location"] == SIGN_UP
        page = visitor.get(SIGN_UP).content.decode()
        main = page[page.index("<main") : page.index("</main>")]
        assert "We cannot open an account for you" in main
        assert not any(word in main for word in ("18", "age", "born", "child", "<form", address))
    assert User.objects.count() == 1
    assert not Email.objects.exists()
    assert not AuditEntry.objects.filter(event="account.opened").exists()
    assert _rows_that_say("child@example.org") == _rows_that_say(CHILD["born_year"] + "-06") == []


def test_going_back_and_giving_another_answer_does_not_help_for_a_while(client: Client) -> None:
    sign_up(client, "child@example.org", **CHILD)
    assert client.cookies["sessionid"]["max-age"] == 30 * 60
    kept = SessionStore(client.cookies["sessionid"].value).load()
    assert set(kept) == {"_session_expiry", "sign_up_closed_until"}
    assert "We cannot open an account" in sign_up(client, "child@example.org").content.decode()
    assert not User.objects.exists()
    session = client.session
    session["sign_up_closed_until"] = (timezone.now() - timedelta(seconds=1)).isoformat()
    session.save()
    sign_up(client, "parent@example.org")
    assert User.objects.get().email == "parent@example.org"


def test_whoever_was_told_no_keeps_what_the_browser_held_before(client: Client) -> None:
    session = client.session
    session["draft"] = "words"
    session.save()
    sign_up(client, "child@example.org", **CHILD)
    assert client.session["draft"] == "words"
    assert client.session.get_expiry_age() > 24 * 3600


def test_programs_that_sign_people_up_are_asked_the_same() -> None:
    request = RequestFactory().post("/")
    request.session = SessionStore()
    with context.request_context(request):
        forgot = SignupInput({"email": "app@example.org", "password": PASSWORD})
        child = SignupInput({"email": "app@example.org", "password": PASSWORD, **CHILD})
        adult = SignupInput({"email": "app@example.org", "password": PASSWORD, **CHILD, "born_year": 1990})
        assert list(forgot.errors) == ["born_day"]
        assert child.errors.as_data()["__all__"][0].code == "closed"
        assert adult.is_valid()
    assert "sign_up_closed_until" in request.session


def test_the_day_begins_where_we_are(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    # Half past eleven at night in London is the next day in Paris.
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 25, 23, 30, tzinfo=UTC))
    sign_up(client, "today@example.org", born_day="26", born_month="11", born_year="2008")
    assert User.objects.filter(email="today@example.org").exists()


def _rows_that_say(words: str) -> list[str]:
    """The tables of which a row holds these words, not as a part of longer ones: digits stand in every digest."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(
                f"SELECT EXISTS (SELECT FROM {connection.ops.quote_name(table)} t WHERE t::text ~ %s)",
                [rf"\y{re.escape(words)}\y"],
            )
            found += [table] if cursor.fetchone()[0] else []
    return found
