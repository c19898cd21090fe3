"""Shared cards: who sees what, since when, until when, and how it ends at once (promise P8.1)."""

import re
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.db import connection, transaction
from django.db.models.functions import Now
from django.test import Client
from django.utils import translation
from post_office.models import Email

from accounts import errors, services
from accounts.models import Profile, SharingGrant, SharingView, User
from accounts.sharing import selectors
from accounts.sharing import services as sharing
from accounts.vocabulary import LONGEST_SHARE
from privacy import audit, ledger, restriction
from privacy.actors import SYSTEM
from privacy.data_map.erase import erase_all
from privacy.data_map.registry import registry
from privacy.data_map.subject import Subject, subject_of_user
from privacy.disclosed import disclosed_to
from privacy.models import AuditEntry
from privacy.package.glance import newest_rows
from privacy.policy import seen
from privacy.vocabulary import LedgerKind, PolicySeenHow, StopGround
from tests.accounts.cards import expire, make_ada, make_grant, shared
from tests.factories import make_user
from tests.privacy.policy.publishing import published
from tests.rights_requests.browsing import browser_of, said
from tests.waiting import wait_until_someone_waits_for_us

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P8.1")]
SHARING = "/account/sharing/"
GIVE = f"{SHARING}give/"
RECEIVED = f"{SHARING}received/"
ANSWERS: dict[str, Any] = {"email": "bob@example.org", "parts": ["name", "phone", "email"], "days": "30"}
NOBODYS = uuid4()


@pytest.fixture
def ada() -> User:
    return make_ada()


@pytest.fixture
def bob() -> User:
    return make_user("bob@example.org")


def card_url(grant: SharingGrant) -> str:
    return f"{RECEIVED}{grant.pk}/"


def stop(user: User) -> None:
    person = subject_of_user(user.pk)
    restriction.impose(actor=SYSTEM, subject_digest=person.digest, digests=person.digests(), ground=StopGround.ACCURACY)


def test_who_is_given_a_card_sees_what_was_chosen_and_nothing_else(ada: User, bob: User) -> None:
    owner, viewer = browser_of(ada), browser_of(bob)
    page = said(owner.get(GIVE))
    assert "Phone: \u2068+44 1\u2069" in page
    assert "Position" not in page
    answer = owner.post(GIVE, ANSWERS, follow=True)
    grant = SharingGrant.objects.get()
    assert "Your card is shared." in said(answer)
    assert (grant.until - grant.made_at).days == 30
    assert "Ada Byron" in said(viewer.get(RECEIVED))
    shown = viewer.get(card_url(grant))
    assert "no-store" in shown["Cache-Control"]
    text = said(shown)
    assert all(words in text for words in ("Ada Byron", "+44 1", "ada@example.org"))
    assert "Engine Works" not in text
    assert "Mill Lane" not in text
    # What changed since is read anew: the card is no copy.
    Profile.objects.filter(user=ada).update(phone="+44 2", name="<b>Ada\u202e</b>")
    assert "+44 2" in said(viewer.get(card_url(grant)))
    assert "&lt;b&gt;Ada[U+202E]&lt;/b&gt;" in viewer.get(card_url(grant)).content.decode()


def test_each_look_is_on_record_and_the_owner_sees_when(ada: User, bob: User) -> None:
    grant, viewer, owner = shared(ada), browser_of(bob), browser_of(ada)
    assert "They have not opened your card." in said(owner.get(f"{SHARING}{grant.pk}/"))
    viewer.get(card_url(grant))
    viewer.get(card_url(grant))
    assert "They opened your card 2 times." in said(owner.get(f"{SHARING}{grant.pk}/"))
    entries = AuditEntry.objects.filter(event="card.seen")
    assert [entry.subject_digest for entry in entries] == [Subject(user_id=ada.pk).digest] * 2
    assert not any("example.org" in str(vars(entry)) or str(bob.pk) in str(vars(entry)) for entry in entries)
    assert audit.verify().ok


def test_it_ends_at_once_also_under_an_open_page(ada: User, bob: User) -> None:
    grant, viewer, owner = shared(ada), browser_of(bob), browser_of(ada)
    assert viewer.get(card_url(grant)).status_code == 200
    assert "It has ended." in said(owner.post(f"{SHARING}{grant.pk}/end/", follow=True))
    assert viewer.get(card_url(grant)).status_code == 404
    assert viewer.post(f"{card_url(grant)}refuse/").status_code == 404
    assert "Ada" not in said(viewer.get(RECEIVED))
    assert SharingView.objects.count() == 1
    assert owner.post(f"{SHARING}{grant.pk}/end/").status_code == 302  # a second press does no harm
    assert owner.post(f"{SHARING}{grant.pk}/extend/").status_code == 404
    assert "you ended it." in said(owner.get(SHARING))
    assert AuditEntry.objects.filter(event="card.ended").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_look_that_meets_the_end_of_a_card_sees_nothing(ada: User, bob: User) -> None:
    """The look waits for the row behind an end that is not committed yet, and is asked again after it."""
    grant, refused = shared(ada), []

    def look() -> None:
        try:
            sharing.look(actor=services.actor_of(bob.pk), grant_id=grant.pk)
        except errors.GrantNotFound:
            refused.append(True)
        finally:
            connection.close()

    thread = threading.Thread(target=look)
    with transaction.atomic():
        sharing.end(actor=services.actor_of(ada.pk), grant_id=grant.pk)
        thread.start()
        wait_until_someone_waits_for_us()
    thread.join()
    assert refused
    assert not SharingView.objects.exists()


def test_it_is_over_by_the_clock_of_the_database(ada: User, bob: User) -> None:
    grant, viewer = shared(ada), browser_of(bob)
    expire(grant)
    assert viewer.get(card_url(grant)).status_code == 404
    assert browser_of(ada).post(f"{SHARING}{grant.pk}/extend/").status_code == 404
    assert "its time was over." in said(browser_of(ada).get(SHARING))
    again = shared(ada)
    grant.refresh_from_db()
    assert (grant.ended_at, grant.ended_by) == (grant.until, "over")
    assert viewer.get(card_url(again)).status_code == 200


@pytest.mark.promise("P5.4")
def test_nobody_sees_the_card_of_who_restricted_the_use_of_their_data(ada: User, bob: User) -> None:
    grant, viewer = shared(ada), browser_of(bob)
    stop(ada)
    assert viewer.get(card_url(grant)).status_code == 404
    assert "Nobody shares a card with you." in said(viewer.get(RECEIVED))
    assert "Nobody shares a card with you." in said(viewer.get(SHARING))
    assert "Nobody can see your card." in said(browser_of(ada).get("/privacy/mine/"))
    assert "The use of your data is stopped" in said(browser_of(ada).get(SHARING))
    assert "The use of your data is stopped" in said(browser_of(ada).post(GIVE, {**ANSWERS, "email": "c@example.org"}))
    assert not SharingView.objects.exists()


@pytest.mark.promise("P5.4")
def test_a_page_of_stopped_cards_leads_on_to_those_that_can_be_seen(
    ada: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "AT_A_TIME", 1)
    make_grant(make_user("carla@example.org"), bob.email)
    make_grant(ada, bob.email)  # the newest, and stopped
    stop(ada)
    page = browser_of(bob).get(RECEIVED)
    assert "Nobody shares a card" not in said(page)
    assert selectors.received_count(bob.pk) == 1
    assert "after=" in page.content.decode()


def test_each_button_of_the_pages_carries_the_token_against_other_sites(ada: User, bob: User) -> None:
    grant = shared(ada)
    theirs = shared(bob, ada.email)
    owner = browser_of(ada)
    for page in (SHARING, f"{SHARING}{grant.pk}/", RECEIVED, card_url(theirs)):
        shown = owner.get(page).content.decode()
        forms = re.findall(r"<form(?:.(?!</form>))*?/account/sharing/.*?</form>", shown, re.DOTALL)
        assert forms
        assert all("csrfmiddlewaretoken" in form for form in forms), page


def test_a_closed_account_shows_nothing(ada: User, bob: User) -> None:
    grant = shared(ada)
    User.objects.filter(pk=ada.pk).update(is_active=False)
    assert browser_of(bob).get(card_url(grant)).status_code == 404


@pytest.mark.promise("P5.3")
@pytest.mark.parametrize("side", ["owner", "viewer"])
def test_an_erasure_of_either_side_ends_it(ada: User, bob: User, side: str) -> None:
    grant = shared(ada)
    browser_of(bob).get(card_url(grant))
    erase_all(subject_of_user((ada if side == "owner" else bob).pk))
    assert not SharingGrant.objects.exists()
    assert not SharingView.objects.exists()


def test_it_is_given_to_an_address_that_may_have_no_account_yet(ada: User) -> None:
    grant = shared(ada, "new@example.org")
    typed_only = make_user("new@example.org", verified=False)
    assert browser_of(typed_only).get(card_url(grant)).status_code == 404
    EmailAddress.objects.filter(user=typed_only).update(verified=True)
    assert browser_of(typed_only).get(card_url(grant)).status_code == 200


def test_who_has_the_address_next_neither_sees_the_card_nor_learns_of_it(ada: User, bob: User) -> None:
    grant = shared(ada)
    browser_of(bob).get(card_url(grant))
    EmailAddress.objects.filter(user=bob).update(email="bob2@example.org")
    User.objects.filter(pk=bob.pk).update(email="bob2@example.org")
    services.move_address(actor=services.actor_of(bob.pk), user_id=bob.pk, left="bob@example.org")
    successor = make_user("bob@example.org")
    for person in (bob, successor):
        assert browser_of(person).get(card_url(grant)).status_code == 404
    erase_all(subject_of_user(successor.pk))
    assert "the person left this address." in said(browser_of(ada).get(SHARING))


def test_who_is_given_a_card_can_give_it_back(ada: User, bob: User) -> None:
    grant, viewer = shared(ada), browser_of(bob)
    assert "You do not see this card any more." in said(viewer.post(f"{card_url(grant)}refuse/", follow=True))
    assert viewer.get(card_url(grant)).status_code == 404
    assert "the person gave it back." in said(browser_of(ada).get(SHARING))


def test_everybody_else_finds_nothing_there(ada: User, bob: User) -> None:
    """Whoever it is, whichever way: the answer is that of a card that never was, and nothing is written."""
    grant = shared(ada)
    before = AuditEntry.objects.count()
    ways: list[tuple[str, Callable[[str], str]]] = [
        ("get", lambda key: f"{RECEIVED}{key}/"),
        ("post", lambda key: f"{RECEIVED}{key}/refuse/"),
        ("get", lambda key: f"{SHARING}{key}/"),
        ("post", lambda key: f"{SHARING}{key}/end/"),
        ("post", lambda key: f"{SHARING}{key}/extend/"),
    ]
    eve = browser_of(make_user("eve@example.org"))
    for verb, way in ways:
        answers = [getattr(eve, verb)(way(str(key))) for key in (grant.pk, NOBODYS)]
        assert [answer.status_code for answer in answers] == [404, 404]
        nobody = getattr(Client(), verb)(way(str(grant.pk)))
        assert "/account/login/" in nobody["Location"]
    # The one side cannot do what is the other's.
    for verb, way in ways[:2]:
        assert getattr(browser_of(ada), verb)(way(str(grant.pk))).status_code == 404
    for verb, way in ways[2:]:
        assert getattr(browser_of(bob), verb)(way(str(grant.pk))).status_code == 404
    assert AuditEntry.objects.count() == before
    grant.refresh_from_db()
    assert grant.ended_at is None


def test_it_can_last_longer_but_not_more_than_a_year(ada: User) -> None:
    grant, owner = shared(ada), browser_of(ada)
    owner.post(f"{SHARING}{grant.pk}/extend/")
    before = grant.until
    grant.refresh_from_db()
    assert grant.until - before == timedelta(days=30)
    SharingGrant.objects.filter(pk=grant.pk).update(made_at=Now() - timedelta(days=340), until=Now() + timedelta(1))
    owner.post(f"{SHARING}{grant.pk}/extend/")
    grant.refresh_from_db()
    assert grant.until - grant.made_at == timedelta(days=LONGEST_SHARE)
    assert "a year at most" in said(owner.post(f"{SHARING}{grant.pk}/extend/", follow=True))


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        ({"email": ""}, "Enter the e-mail address of the person"),
        ({"email": "nobody"}, "Enter an e-mail address with an @"),
        ({"email": "bоb@example.org"}, "looks like another"),
        ({"email": " ADA@example.org "}, "This is your own address."),
        ({"parts": []}, "Choose at least one thing to show."),
        ({"parts": ["name", "position"]}, "Choose at least one thing to show."),
        ({"parts": ["is_superuser"]}, "Choose at least one thing to show."),
        ({"parts": ["phone"]}, "Choose your e-mail address, too"),
        ({"days": ""}, "Choose for how long."),
        ({"days": "366"}, "Choose for how long."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(ada: User, given: dict[str, Any], answer: str) -> None:
    page = browser_of(ada).post(GIVE, {**ANSWERS, **given})
    assert page.status_code == 200
    assert answer in said(page)
    assert not SharingGrant.objects.exists()
    assert not Email.objects.exists()


def test_a_name_with_a_link_is_no_sender(ada: User) -> None:
    Profile.objects.filter(user=ada).update(name="Win at evil.example")
    with pytest.raises(errors.SenderUnnamed):
        shared(ada, parts=["name"])
    shared(ada, parts=["name", "email"])
    assert Email.objects.get().subject == "ada@example.org shares a card with you"


def test_the_message_says_from_whom_until_when_and_how_to_refuse_and_nothing_of_the_card(ada: User) -> None:
    shared(ada, parts=["name", "phone"])
    mail = Email.objects.get()
    assert mail.to == ["bob@example.org"]
    assert mail.subject == "Ada Byron shares a card with you"
    assert all(words in mail.message for words in ("/account/sharing/received/", "/privacy/", "bob@example.org"))
    assert "+44 1" not in mail.message
    assert "ada@example.org" not in mail.message


def test_the_message_speaks_the_readers_language_or_else_that_of_who_shares(ada: User, bob: User) -> None:
    published()
    owner, answers = browser_of(ada), {**ANSWERS, "parts": ["name"]}
    owner.post(f"/fr{GIVE}", {**answers, "email": "new@example.org"})
    with translation.override("ar"):
        seen.record(actor=services.actor_of(bob.pk), user_id=bob.pk, how=PolicySeenHow.SIGN_UP)
    owner.post(f"/fr{GIVE}", answers)
    owner.post(GIVE, {**answers, "email": "other@example.org"})
    mails = {mail.to[0]: mail for mail in Email.objects.all()}
    assert mails["new@example.org"].subject == "Ada Byron partage une carte avec vous"
    assert "/fr/account/sharing/received/" in mails["new@example.org"].message
    assert "/ar/account/sharing/received/" in mails["bob@example.org"].message
    assert mails["other@example.org"].subject == "Ada Byron shares a card with you"


def test_the_answer_is_the_same_whoever_has_the_address_and_whether_they_may_be_written_to(ada: User) -> None:
    make_user("known@example.org")
    stop(make_user("stopped@example.org"))
    erased = Subject(emails=frozenset({"gone@example.org"}))
    ledger.note(kind=LedgerKind.ERASURE, request_id=uuid4(), digests=erased.digests())
    owner = browser_of(ada)
    told = []
    for name in ("known", "stopped", "gone", "unknown"):
        page = owner.post(GIVE, {**ANSWERS, "email": f"{name}@example.org"}, follow=True)
        told.append(re.sub(r" at \d\d:\d\d", "", said(page).replace(name, "")))  # a minute may end in between
    assert len(set(told)) == 1
    assert sorted(mail.to[0] for mail in Email.objects.all()) == ["known@example.org", "unknown@example.org"]


@pytest.mark.promise("P5.1")
def test_the_answer_to_a_request_names_who_looked_and_the_copy_says_what_they_could_see(ada: User, bob: User) -> None:
    shared(ada, "never@example.org")
    browser_of(bob).get(card_url(shared(ada)))
    (found,) = disclosed_to(subject_of_user(ada.pk))
    assert found.name == "bob@example.org"
    assert "Name, e-mail address" in found.what_for
    assert "1 time" in found.what_for
    assert disclosed_to(subject_of_user(bob.pk)) == ()
    held = registry.holdings["accounts.sharinggrant"]
    rows = newest_rows(subject_of_user(bob.pk), [held], most=9)["accounts-sharinggrant"]
    assert [texts[:2] for _key, texts in rows] == [("bob@example.org", "name, e-mail address")]
