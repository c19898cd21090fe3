"""What we hold about the one who asks: every value an export would give, inert, with its label and its rights."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from accounts.models import User
from privacy import audit
from privacy.actors import Actor
from privacy.data_map.registry import registry
from privacy.data_map.subject import Subject, subject_of_user
from privacy.models import AuditEntry
from privacy.package.contents import described
from privacy.vocabulary import Right
from rights_requests.models import Recipient
from rights_requests.people import remember_proof
from tests.factories import make_message, make_request, make_staff, make_user
from tests.guards.sources import ROOT
from tests.holdings import FACTORIES
from tests.rights_requests.browsing import browser_of, said
from visitors import my_data

pytestmark = pytest.mark.django_db
MINE = "/privacy/mine/held/"
TURNED = "Sam\u202egpj.exe"


@pytest.fixture
def person() -> User:
    return make_user("ada@example.org")


def shown_to(user: User) -> str:
    """The page as markup."""
    answer = browser_of(user).get(MINE)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    return answer.content.decode()


def piece(page: str, slug: str) -> str:
    """One frame of the page."""
    return page.split(f'<article class="frame frame-quiet piece" id="{slug}"')[1].split("</article>", maxsplit=1)[0]


def test_it_is_shown_only_to_whoever_has_just_shown_who_they_are(client: Client, person: User) -> None:
    assert client.get(MINE)["Location"] == f"{reverse('rights_requests:who')}?next=%2Fprivacy%2Fmine%2Fheld%2F"
    assert "reauthenticate" in browser_of(person, signed_in_ago=301).get(MINE)["Location"]
    assert browser_of(person).post(MINE).status_code == 405


def test_who_has_no_account_is_led_back_to_it(client: Client) -> None:
    page = client.get(reverse("rights_requests:who"), {"next": MINE}).content.decode().partition("<footer")[0]
    assert page.count("next=%2Fprivacy%2Fmine%2Fheld%2F") == 2
    elsewhere = client.get(reverse("rights_requests:who"), {"next": "//evil.example/privacy/"}).content.decode()
    elsewhere = elsewhere.partition("<footer")[0]
    assert "evil" not in elsewhere


def test_who_changes_the_language_on_the_way_is_led_to_the_same_page_in_it(client: Client) -> None:
    for code, asked in (("fr/", f"{MINE}?a=b"), ("", "/fr/privacy/mine/held/?a=b")):
        page = client.get(f"/{code}requests/who/", {"next": asked}).content.decode().partition("<footer")[0]
        assert page.count(f"next=%2F{code.replace('/', '%2F')}privacy%2Fmine%2Fheld%2F%3Fa%3Db") == 2


def test_who_has_no_account_and_shows_that_an_address_is_theirs_sees_what_is_held_under_it(client: Client) -> None:
    make_message("sam@example.org", name="Sam of the shop")
    session = client.session
    remember_proof(session, "sam@example.org")
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    shown = client.get(MINE).content.decode()
    assert "Sam of the shop" in piece(shown, "visitors-contactmessage")
    assert 'id="accounts-user"' not in shown


@pytest.mark.promise("P5.1")
@pytest.mark.django_db(transaction=True)
def test_every_holding_is_there_with_what_an_export_would_give(person: User) -> None:
    for label in set(registry.holdings) - {"accounts.user"}:
        FACTORIES[label](person, "canary")
    # Whose visits these are nobody knows but the browser with the number.
    of_browsers = {"visitors-audiencevisit", "visitors-audiencestep"}
    found = {piece.label.slug: piece for piece in my_data.of(subject_of_user(person.pk)).pieces}
    assert set(found) == {holding.slug() for holding in registry.holdings.values()} - of_browsers
    for holding in [one for one in registry.holdings.values() if one.slug() in found]:
        labels = {value.label for row in found[holding.slug()].rows for value in row}
        assert labels == {column.label for column in found[holding.slug()].label.columns}
        assert found[holding.slug()].acts, holding.model_label
    page = shown_to(person)
    assert all(f'id="{slug}"' in page for slug in found)


def test_a_value_stands_there_escaped_and_turns_nothing_around(person: User) -> None:
    make_message(person.email, name=TURNED, text="<script>x</script>{{ settings.SECRET_KEY }}" + "y" * 400)
    shown = piece(shown_to(person), "visitors-contactmessage")
    assert "Sam[U+202E]gpj.exe" in shown
    assert "\u202e" not in shown
    assert "&lt;script&gt;x&lt;/script&gt;{{ settings.SECRET_KEY }}" in shown
    assert "y" * 300 not in shown
    assert " …" in shown


@pytest.mark.promise("P0.2")
def test_each_piece_says_why_by_which_law_from_where_until_when_and_who_receives_it(person: User) -> None:
    Recipient.objects.create(name="Carrier <1>", what_for="mail", slugs=["accounts-profile"])
    shown = piece(shown_to(person), "accounts-profile")
    for text in (
        "To provide our services to you",
        "(Art. 6(1)(b))",
        "You, on your profile page.",
        "As long as your account exists.",
        "Our staff who look after accounts; the people with whom you share your card; Carrier &lt;1&gt;.",
        "Nobody so far.",
    ):
        assert text in shown


def test_each_right_has_a_button_that_leads_into_its_form_with_the_piece_named(person: User) -> None:
    message = make_message(person.email, name="Sam")
    browser = browser_of(person)
    shown = piece(browser.get(MINE).content.decode(), "visitors-contactmessage")
    links = dict(re.findall(r'class="button button-quiet" href="([^"#]*)[^>]*>(\w[\w ]*)', shown))
    assert set(links.values()) == {"Correct", "Delete", "Limit", "Object", "Get a copy"}
    by_word = {word: browser.get(link) for link, word in links.items()}
    for word in ("Limit", "Get a copy"):
        assert "It is about: Messages to us" in by_word[word].content.decode()
    assert re.search(r'value="support"[^>]*checked', by_word["Object"].content.decode())
    assert 'id="plan-visitors-contactmessage"' in by_word["Delete"].content.decode()
    assert "#plan-visitors-contactmessage" in shown
    field = f"id_visitors-contactmessage:{message.pk}:name"
    assert f"#{field}" in shown
    assert f'id="{field}"' in by_word["Correct"].content.decode()
    assert "Take along" in piece(browser.get(MINE).content.decode(), "accounts-profile")


@pytest.mark.parametrize("about", ["", "nothing", "a-b-c", "<script>", "privacy-job"])
def test_a_piece_that_is_none_puts_nothing_into_a_form(person: User, about: str) -> None:
    page = browser_of(person).get(reverse("rights_requests:new_right", args=[Right.ACCESS]), {"about": about})
    assert "It is about" not in page.content.decode()


@pytest.mark.parametrize(
    ("text", "cut"), [("One.\r\nTwo.\r\n", False), ("x\r\n" * 6, False), ("x\r\n" * 7, True), ("x" * 301, True)]
)
def test_only_what_is_cut_looks_so(person: User, text: str, cut: bool) -> None:
    make_message(person.email, text=text)
    assert (" …" in piece(shown_to(person), "visitors-contactmessage")) is cut


def test_what_is_somebody_elses_is_not_there(person: User) -> None:
    make_message("other@example.org", name="Other Person")
    FACTORIES["accounts.profile"](make_user("other@example.org"), "Othercanary")
    page = shown_to(person)
    assert "Other Person" not in page
    assert "Othercanary" not in page


def look(staff: User, event: str, digest: str, about: Any = None) -> AuditEntry:
    """One look, as the screens of staff put it on record."""
    with transaction.atomic():
        return audit.record(event=event, actor=Actor.staff(staff.pk), subject_digest=digest, about=about)


@pytest.mark.promise("P0.3")
def test_the_person_sees_when_which_team_looked_and_why_and_never_the_name(person: User) -> None:
    staff = make_staff(email="clerk@occicor.example", groups=["Privacy <team>"])
    subject, request = Subject(user_id=person.pk), make_request(person, reference="OC-1234")
    make_message(person.email)
    look(staff, "request.viewed", subject.digest, request)
    look(staff, "contact_message.viewed", Subject(emails=frozenset({person.email})).digest)
    look(staff, "account.viewed", Subject(user_id=make_user().pk).digest)
    page = shown_to(person)
    assert "opened something about you 2 times" in page
    assert "Privacy &lt;team&gt;" in page
    assert "To work on a request of yours" in page
    assert "OC-1234" in page
    assert "To answer your message" in page
    assert "Looked at 1 time, on" in piece(page, "visitors-contactmessage")
    assert "To look after your account" not in page
    assert "clerk@occicor.example" not in page
    assert str(staff.pk) not in page


def test_every_look_that_the_site_puts_on_record_has_its_words() -> None:
    ours = [Path(app.path) for app in apps.get_app_configs() if Path(app.path).parent == ROOT]
    assert {path.name for path in ours} >= {"accounts", "consent", "privacy", "rights_requests", "visitors"}
    sources = [path for app in ours for path in app.rglob("*.py") if path.name != "my_data.py"]
    recorded = {event for path in sources for event in re.findall(r'"(\w+\.viewed)"', path.read_text(encoding="utf-8"))}
    assert recorded - {"record.viewed"} == set(my_data.LOOKED_AT)
    slugs = {holding.slug() for holding in registry.holdings.values()}
    assert {slug for slug, _why in my_data.LOOKED_AT.values()} <= slugs


def test_it_takes_the_same_queries_and_the_same_room_however_much_there_is(person: User) -> None:
    browser = browser_of(person)
    staff = make_staff(groups=["Desk"])

    def more(times: int) -> None:
        for _time in range(times):
            make_message(person.email, text="So much to say. " * 20)
            FACTORIES["post_office.email"](person, "canary")
            look(staff, "account.viewed", Subject(user_id=person.pk).digest)

    more(2)
    with CaptureQueriesContext(
        connection,
    ) as few:
        browser.get(MINE)
    more(60)
    with CaptureQueriesContext(connection) as many:
        page = browser.get(MINE).content.decode()
    assert len(many) == len(few)
    assert len(many) < 40
    assert page.count("So much to say.") < 5 * 20
    assert "And 57 more: " in piece(page, "visitors-contactmessage")
    assert page.count("To look after your account") == my_data.MOST_LOOKS


def test_every_field_has_a_name_in_each_language() -> None:
    same = {"Message", "Date", "Type", "Page", "Verdict"}  # in French as in English
    labels = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            labels[code] = [column.label for one in registry.holdings.values() for column in described(one).columns]
    for code in ("fr", "ar"):
        assert {one for one, other in zip(labels[code], labels["en"], strict=True) if one == other} <= same, code


def test_who_has_only_just_come_reads_that_too(client: Client, person: User) -> None:
    text = said(browser_of(person).get(MINE))
    assert "Neither our staff nor a company that enrolled you has opened anything about you." in text
    assert "ada@example.org" in text
