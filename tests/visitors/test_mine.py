"""Everything about a person in one place: short facts, and lists read page by page, theirs and nobody else's."""

from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.models import Profile, SharingView, User
from privacy import audit
from privacy.actors import Actor
from privacy.data_map.subject import Subject, subject_of_user
from privacy.package.words import moment_teller
from privacy.vocabulary import Right
from rights_requests.models import Download, State
from rights_requests.people import remember_proof
from tests.accounts.cards import make_grant
from tests.factories import make_message, make_package, make_request, make_staff, make_user
from tests.holdings import FACTORIES
from tests.rights_requests.browsing import browser_of, said
from visitors.mine import lines, sections

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P5.1")]
MINE = "/privacy/mine/"
PAGES = [MINE, *(f"{MINE}{section.name}/" for section in sections.SECTIONS)]


@pytest.fixture
def person() -> User:
    return make_user("ada@example.org")


def look(staff: User, user: User) -> None:
    with transaction.atomic():
        digest = Subject(user_id=user.pk).digest
        audit.record(event="account.viewed", actor=Actor.staff(staff.pk), subject_digest=digest)


def of_everything(user: User, times: int = 1) -> None:
    """So many of each thing of the lists."""
    staff, grant = make_staff(), make_grant(user, f"v{make_user().pk}@example.org".lower())
    for _time in range(times):
        make_message(user.email)
        FACTORIES["post_office.email"](user, "A subject <b>")
        FACTORIES["consent.subscription"](user, f"canary{make_user().pk.hex}")
        FACTORIES["consent.consentevent"](user, "canary")
        look(staff, user)
        SharingView.objects.create(grant=grant)
        request = make_request(user, Right.ACCESS, State.COMPLETED)
        package = make_package(request)
        Download.objects.create(package=package, user=user, nonce=f"{request.pk}")


@pytest.mark.parametrize("page", PAGES)
def test_it_is_shown_only_to_whoever_has_just_shown_who_they_are(client: Client, person: User, page: str) -> None:
    assert client.get(page)["Location"].startswith(reverse("rights_requests:who"))
    assert "reauthenticate" in browser_of(person, signed_in_ago=301).get(page)["Location"]
    browser = browser_of(person)
    assert browser.post(page).status_code == 405
    assert "no-store" in browser.get(page)["Cache-Control"]


def test_the_first_page_tells_each_thing_in_a_sentence_and_leads_to_it(person: User) -> None:
    text = said(browser_of(person).get(MINE))
    for words in (
        "Nothing yet. Your name, work, phone and address are all optional.",
        "None is open.",
        "No choice about cookies yet.",
        "There is no message, neither from us nor from you.",
        "Nobody has opened anything about you.",
        "Nobody can see your card.",
        "No copy of your data was made for you.",
    ):
        assert words in text
    of_everything(person)
    Profile.objects.filter(user=person).update(name="Ada")
    make_request(person)
    make_grant(make_user(), person.email)
    answer = browser_of(person).get(MINE)
    text = said(answer)
    for words in (
        "1 of 5 things filled in.",
        "1 is open. You have our answer by",
        "1 from us. 1 from you.",
        "1 subscription.",
        "1 look, on",
        "1 look at a card of yours.",
        "1 person can see your card. 1 shares theirs with you.",
        "1 copy was made. Downloaded last on",
    ):
        assert words in text
    page = answer.content.decode()
    ways = ("accounts:profile", "visitors:mine_held", "rights_requests:list", "accounts:sharing")
    for way in (*map(reverse, ways), *PAGES[1:]):
        assert f'href="{way}"' in page


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("messages", ["We wrote to you A subject <b>", "You wrote to us Something else"]),
        ("choices", ["You chose about cookies", "Our messages Newsletter Confirmed."]),
        ("looks", ["Our staff To look after your account.", "Your card: Name, e-mail address."]),
        ("downloads", ["A copy of your data was made", "You can download it until", "It was downloaded"]),
    ],
)
def test_each_list_tells_what_there_is_and_nothing_of_others(person: User, name: str, words: list[str]) -> None:
    page = f"{MINE}{name}/"
    of_everything(make_user("other@example.org"))
    (section,) = (one for one in sections.SECTIONS if one.name == name)
    assert str(section.empty) in said(browser_of(person).get(page))
    of_everything(person)
    answer = browser_of(person).get(page)
    for one in words:
        assert one in said(answer)
    assert b"<b>" not in answer.content


def test_the_name_of_whoever_looked_is_not_told(person: User) -> None:
    staff = make_staff(email="clerk@occicor.example", groups=["Desk"])
    look(staff, person)
    page = browser_of(person).get(f"{MINE}looks/").content.decode()
    assert "Desk" in page
    assert "clerk@" not in page
    assert str(staff.pk) not in page


def test_pages_follow_each_other_without_a_gap_also_among_rows_of_one_instant(person: User) -> None:
    with transaction.atomic():  # one instant: the time of the transaction
        for _time in range(25):
            FACTORIES["post_office.email"](person, "canary")
            make_message(person.email)
    now = timezone.now()
    subject = subject_of_user(person.pk)
    for source in sections.MESSAGES.sources:
        source.rows(subject).update(**{source.at: now})
    seen, after, pages = 0, "", 0
    while pages == 0 or after:
        found = lines.page(subject, sections.MESSAGES.sources, after)
        seen, after, pages = seen + len(found.lines), found.after, pages + 1
        make_message(person.email)  # what comes meanwhile moves nothing
    assert (seen, pages) == (50, 3)


@pytest.mark.parametrize(
    "after", ["x", "\x00", "2026-01-01T00:00:00+00:00_0_x", "9999-99-99T00:00:00+00:00_0_1", "2026-01-01T00:00:00_0_1"]
)
def test_a_cursor_that_is_none_is_the_beginning(person: User, after: str) -> None:
    make_message(person.email)
    browser = browser_of(person)
    for page in PAGES[1:]:
        assert browser.get(page, {"after": after}).status_code == 200


def test_it_takes_the_same_queries_however_much_there_is(person: User) -> None:
    browser = browser_of(person)

    def queries() -> list[int]:
        found = []
        for page in PAGES:
            with CaptureQueriesContext(connection) as captured:
                assert browser.get(page).status_code == 200
            found.append(len(captured))
        return found

    of_everything(person)
    few = queries()
    of_everything(person, 25)
    assert queries() == few
    assert max(few) <= 35


def test_who_has_no_account_sees_what_is_held_under_the_address(client: Client) -> None:
    make_message("sam@example.org")
    session = client.session
    remember_proof(session, "sam@example.org")
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    text = said(client.get(MINE))
    assert "1 from you." in text
    assert "Your profile" not in text
    assert "You wrote to us" in said(client.get(f"{MINE}messages/"))


def test_an_instant_has_the_comma_of_its_language() -> None:
    for code, comma in (("en", ", "), ("fr", ", "), ("ar", "، ")):
        with override(code):
            told: Any = moment_teller()(timezone.now())
            assert comma in told
            assert (", " in told) is (code != "ar")
