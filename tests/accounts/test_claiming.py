"""Claiming an enrolment with another account: only the mailbox tells, and what is claimed stays where it is."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from post_office.models import STATUS, Email

from accounts import claiming, enrolling
from accounts.models import ClaimCode, Enrolment, User
from accounts.services import actor_of
from privacy import restriction
from privacy.actors import SYSTEM
from privacy.data_map.subject import Subject, subject_of_user
from privacy.models import AuditEntry
from privacy.vocabulary import Purpose, StopGround
from tests.accounts.flows import digits_sent_to, newest_message
from tests.factories import make_customer, make_enrolment, make_user
from tests.rights_requests.browsing import said, without_csrf

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P1.3")]
ADDRESS = "lina@shop.example"
CLAIM, CODE = "/account/enrolments/claim/", "/account/enrolments/claim/code/"


@pytest.fixture
def person() -> User:
    return make_user("lina@home.example")


@pytest.fixture
def browser(person: User) -> Client:
    client = Client()
    client.force_login(person, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def ask(user: User, address: str = ADDRESS) -> None:
    claiming.send_code(actor=actor_of(user.pk), user_id=user.pk, address=address)


def enter(user: User, code: str, address: str = ADDRESS) -> int | None:
    return claiming.check_code(actor=actor_of(user.pk), user_id=user.pk, address=address, code=code)


def mailed() -> str:
    return digits_sent_to(ADDRESS)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def test_somebody_claims_an_enrolment_at_a_work_address_and_sees_what_was_said(browser: Client, person: User) -> None:
    customer = make_customer("Alimenta", answers_itself=True, privacy_contact="rights@alimenta.example")
    made = make_enrolment(ADDRESS, customer=customer)
    assert "No company has enrolled you" in said(browser.get("/account/enrolments/"))
    assert browser.get(CODE)["Location"] == CLAIM
    asked = browser.post(CLAIM, {"work_email": " Lina@Shop.example"}, follow=True)
    assert "If an enrolment waits there, the message holds a code." in said(asked)
    code = mailed()
    assert "That code does not count." in said(browser.post(CODE, {"code": wrong(code)}))
    shown = said(browser.post(CODE, {"code": f"{code[:3]} {code[3:]}"}, follow=True))
    assert "Your enrolment belongs to your account now." in shown
    assert "store: Lyon 3" in shown
    assert "Alimenta: it is the controller" in shown
    assert "Occicor is its processor" in shown
    assert "rights@alimenta.example" in shown
    assert "Until the company ends it, and 365 days longer." in shown
    made.refresh_from_db()
    assert (made.user_id, made.unclaimed_email) == (person.pk, None)
    entry = AuditEntry.objects.get(event="enrolment.claimed")
    assert (entry.subject_digest, entry.object_id) == (Subject(user_id=person.pk).digest, str(made.pk))
    assert "Alimenta" in said(browser.get("/account/"))


def test_the_page_says_the_same_whether_anybody_is_enrolled_or_not(browser: Client) -> None:
    make_enrolment(ADDRESS)
    make_enrolment("taken@shop.example", user=make_user())
    answers = {}
    for address in (ADDRESS, "taken@shop.example", "nobody@shop.example"):
        page = browser.post(CLAIM, {"work_email": address}, follow=True)
        refused = browser.post(CODE, {"code": "not a code"})
        answers[address] = [without_csrf(shown).replace(address.encode(), b"") for shown in (page, refused)]
    assert answers[ADDRESS] == answers["taken@shop.example"] == answers["nobody@shop.example"]
    assert "none waits here" in newest_message("nobody@shop.example").message
    assert "none waits here" in newest_message("taken@shop.example").message
    assert ClaimCode.objects.count() == 3


def test_what_another_account_has_claimed_is_not_claimed_again(person: User) -> None:
    first = make_user("first@home.example")
    made = make_enrolment(ADDRESS)
    ask(person)
    code = mailed()
    ask(first)
    assert enter(first, mailed()) == 1
    assert enter(person, code) == 0
    made.refresh_from_db()
    assert made.user_id == first.pk


def test_whoever_comes_too_late_is_not_told_that_it_is_theirs(browser: Client, person: User) -> None:
    made = make_enrolment(ADDRESS)
    browser.post(CLAIM, {"work_email": ADDRESS})
    code = mailed()
    Enrolment.objects.filter(pk=made.pk).update(user=make_user())
    shown = said(browser.post(CODE, {"code": code}, follow=True))
    assert "belongs to your account now" not in shown
    assert "That code does not count." in shown


@pytest.mark.parametrize("how", ["of another account", "for another address", "old", "used", "guessed too often"])
def test_a_code_counts_once_and_for_a_while_for_the_account_and_the_address_it_was_asked_for(
    person: User, how: str
) -> None:
    made, other = make_enrolment(ADDRESS), make_user()
    ask(person)
    code = mailed()
    if how == "of another account":
        assert enter(other, code) is None
    elif how == "for another address":
        assert enter(person, code, "tarek@shop.example") is None
    elif how == "old":
        ClaimCode.objects.update(expires_at=timezone.now())
        assert enter(person, code) is None
    elif how == "used":
        assert enter(person, code) == 1
        Enrolment.objects.update(user=None)
        assert enter(person, code) is None
    else:
        assert {enter(person, wrong(code)) for _try in range(5)} == {None}
        assert enter(person, code) is None
    made.refresh_from_db()
    assert made.user_id is None


def test_tries_are_counted_over_all_codes_that_lie_in_the_mailbox(person: User) -> None:
    make_enrolment(ADDRESS)
    ask(person)
    first = mailed()
    ask(person)
    for _try in range(5):
        enter(person, "no code")
    assert enter(person, first) is None
    ask(person)
    assert enter(person, mailed()) == 1


@override_settings(EMAIL_PROOFS_PER_HOUR=2, CLAIM_MAILS_PER_HOUR=3)
def test_so_many_messages_go_out_and_the_earlier_code_still_counts(person: User) -> None:
    make_enrolment(ADDRESS)
    for _time in range(3):
        ask(person)
    assert Email.objects.filter(to=ADDRESS).count() == 2
    code = mailed()
    for user in (make_user(), make_user()):
        ask(user)
    assert Email.objects.filter(to=ADDRESS).count() == 3
    assert enter(person, code) == 1


def test_two_at_once_by_one_account_wait_for_each_other_whatever_the_mailbox(person: User) -> None:
    ask(person)
    held = "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted"
    number = "(classid::bigint << 32) | objid::bigint = hashtextextended(%s, 0))"
    with connection.cursor() as cursor:
        cursor.execute(f"{held} AND {number}", [f"claim-by:{person.pk}"])
        assert cursor.fetchone() == (True,)


def test_nobody_asks_or_enters_for_somebody_else(person: User) -> None:
    other = make_user()
    with pytest.raises(PermissionDenied):
        claiming.send_code(actor=actor_of(other.pk), user_id=person.pk, address=ADDRESS)
    with pytest.raises(PermissionDenied):
        claiming.check_code(actor=SYSTEM, user_id=person.pk, address=ADDRESS, code="123456")


def test_the_table_holds_neither_code_nor_address_and_is_swept(person: User) -> None:
    make_enrolment(ADDRESS)
    ask(person)
    row = str(ClaimCode.objects.values().get())
    assert ADDRESS not in row
    assert mailed() not in row
    assert claiming.forget_old_codes() == 0
    ClaimCode.objects.update(expires_at=timezone.now() - timedelta(days=2))
    assert claiming.forget_old_codes() == 1


def test_what_was_sent_to_the_work_address_is_deleted_once_it_was_claimed(person: User) -> None:
    """Nothing leads from there to the account, whose erasure would leave it behind."""
    enrolling.enrol(actor=SYSTEM, customer_id=make_customer().pk, nickname="Lina", work_email=ADDRESS)
    Email.objects.update(status=STATUS.sent)
    ask(person)
    assert enter(person, mailed()) == 1
    assert [letter.subject for letter in Email.objects.filter(to=ADDRESS)] == ["Your code for your enrolment"]
    assert subject_of_user(person.pk).left == frozenset()


def test_claiming_shakes_off_no_restriction(person: User) -> None:
    make_enrolment(ADDRESS)
    held = Subject(emails=frozenset({ADDRESS}))
    restriction.impose(actor=SYSTEM, subject_digest=held.digest, digests=held.digests(), ground=StopGround.ACCURACY)
    assert restriction.allows(subject_of_user(person.pk), Purpose.PROVIDE_SERVICES)
    ask(person)
    assert enter(person, mailed()) == 1
    assert not restriction.allows(subject_of_user(person.pk), Purpose.PROVIDE_SERVICES)


def test_an_enrolment_that_has_ended_says_until_when_it_is_kept(browser: Client, person: User) -> None:
    ended = timezone.now()
    make_enrolment(ADDRESS, user=person, ended_at=ended, customer=make_customer(our_role="processor"))
    shown = said(browser.get("/account/enrolments/"))
    assert f"is deleted on {(timezone.localtime(ended) + timedelta(days=365)):%A}" in shown
    assert "it is the controller" in shown
    assert "We answer it." in shown


def test_nobody_is_here_without_signing_in() -> None:
    for name in ("enrolments", "claim", "claim_code"):
        answer = Client().get(reverse(f"accounts:{name}"))
        assert answer["Location"].startswith(reverse("account_login"))
