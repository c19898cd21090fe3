"""Each sign-in with its country and kind of device; the message when either is new; “this was not me”."""

import re
import threading
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone
from post_office.models import Email

from accounts import not_me_links, services, sign_ins
from accounts.models import Session, SignIn, User
from accounts.vocabulary import SignInHow
from privacy import restriction
from privacy.actors import SYSTEM
from privacy.data_map.subject import subject_of_user
from privacy.models import AuditEntry, PolicySeen, SentMessage
from privacy.vocabulary import Purpose, StopGround
from tests.accounts.flows import code_sent_to, newest_message, sign_in, sign_up
from tests.factories import make_staff, make_user
from tests.privacy.policy.publishing import published
from tests.privacy.retention.sweeping import swept
from tests.sign_in_factories import make_sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P1.4"), pytest.mark.promise("P2.6")]
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1"
FRANCE, ANOTHER_IN_FRANCE, BRITAIN = "82.64.7.9", "2a01:e34:ec12::1", "81.2.69.142"
LINK = re.compile(r"^http://127\.0\.0\.1:8000(/account/sign-ins/not-me/\S+)$", re.MULTILINE)
HISTORY = "/account/sign-ins/"


def browser(address: str = FRANCE, user_agent: str = FIREFOX, **headers: str) -> Client:
    """Somebody's browser at a place."""
    return Client(REMOTE_ADDR=address, headers={"user-agent": user_agent, **headers})


def alerts(user: User) -> int:
    """How many messages of a new sign-in an account got."""
    sent: int = Email.objects.filter(to=user.email, subject="A new sign-in to your account").count()
    return sent


def record(user: User, address: str = FRANCE, user_agent: str = FIREFOX, **extra: Any) -> SignIn:
    """A sign-in as the service writes it down."""
    given = {"how": SignInHow.PASSWORD, "before": None, **extra}
    row = sign_ins.record(
        actor=services.actor_of(user.pk), user_id=user.pk, address=address, user_agent=user_agent, **given
    )
    assert row is not None
    return row


def link_in_mail(user: User) -> str:
    """The path of the page with the button, from the newest message."""
    found = LINK.search(newest_message(user.email).message)
    assert found is not None
    return found[1]


def test_a_sign_in_is_written_down_in_words_and_nothing_more() -> None:
    user = make_user()
    visitor = browser()
    sign_in(visitor, user)
    row = SignIn.objects.get()
    assert (row.user_id, row.country, row.network) == (user.pk, "FR", "82.64.7.0/24")
    assert (row.browser, row.platform, row.how) == ("firefox", "linux", "password")
    assert FRANCE not in str(SignIn.objects.values_list().get())
    page = visitor.get(HISTORY).content.decode()
    assert "Firefox on Linux" in page
    assert "France" in page
    assert page.count("This one") == 1


def test_a_new_account_begins_its_history_without_a_message() -> None:
    visitor = browser(BRITAIN)
    sign_up(visitor, "new@example.org")
    visitor.post("/account/confirm-email/", {"code": code_sent_to("new@example.org")})
    row = SignIn.objects.get()
    assert (row.how, row.alerted) == ("sign_up", False)
    assert alerts(row.user) == 0


@pytest.mark.promise("P9.1")
def test_of_a_child_that_is_protected_no_sign_in_is_written_down() -> None:
    user = make_user()
    subject = subject_of_user(user.pk)
    who = {"subject_digest": subject.digest, "digests": subject.digests()}
    restriction.impose(actor=SYSTEM, **who, ground=StopGround.MINOR)
    sign_in(browser(), user)
    assert not SignIn.objects.exists()


def test_a_failed_attempt_leaves_nothing() -> None:
    sign_in(browser(), make_user(), "wrong")
    assert not SignIn.objects.exists()


@pytest.mark.parametrize(
    ("address", "user_agent", "told"),
    [
        (FRANCE, FIREFOX, 0),
        (ANOTHER_IN_FRANCE, FIREFOX, 0),
        (BRITAIN, FIREFOX, 1),
        (FRANCE, PHONE, 1),
        ("192.0.2.7", "", 1),
    ],
)
def test_a_message_tells_of_a_new_country_or_device_once(address: str, user_agent: str, told: int) -> None:
    user = make_user()
    sign_in(browser(), user)
    sign_in(browser(address, user_agent), user)
    sign_in(browser(address, user_agent), user)
    assert alerts(user) == told
    assert SignIn.objects.filter(alerted=True).count() == told


def test_the_message_says_when_where_and_on_what_and_is_one_of_security() -> None:
    user = make_user()
    record(user)
    row = record(user, BRITAIN, PHONE)
    text = newest_message(user.email).message
    assert "Where: United Kingdom\nOn what: Safari on iPhone" in text
    assert str(timezone.localtime(row.at).year) in text
    assert BRITAIN not in text
    assert link_in_mail(user) == urlsplit(not_me_links.url(row.pk)).path
    assert SentMessage.objects.get(about=row.pk).purpose == Purpose.SECURITY


@pytest.mark.parametrize(("language", "subject"), [("fr", "Une nouvelle connexion"), ("ar", "تسجيل دخول جديد")])
def test_the_message_speaks_the_language_in_which_the_person_reads_the_policy(language: str, subject: str) -> None:
    user = make_user()
    PolicySeen.objects.create(user=user, version=published(), how="said_so", language=language)
    record(user)
    record(user, BRITAIN)
    assert newest_message(user.email).subject.startswith(subject)


def test_so_many_messages_a_day_and_no_more(settings: Any) -> None:
    settings.SIGN_IN_ALERTS_PER_DAY = 2
    user = make_user()
    record(user)
    for address in (BRITAIN, "8.8.8.8", "188.48.0.1"):
        record(user, address)
    assert alerts(user) == 2
    SignIn.objects.filter(alerted=True).update(at=timezone.now() - timedelta(hours=25))
    record(user, "41.141.1.1")
    assert alerts(user) == 3


def test_what_was_said_to_be_somebody_elses_is_new_again() -> None:
    user = make_user()
    record(user)
    strange = record(user, BRITAIN)
    sign_ins.disown(actor=services.actor_of(user.pk), sign_in_id=strange.pk)
    record(user, BRITAIN)
    assert alerts(user) == 2


def test_an_account_that_slept_longer_than_its_history_is_told(settings: Any) -> None:
    user = make_user()
    make_sign_in(user, at=timezone.now() - timedelta(days=settings.SIGN_IN_DAYS, hours=1))
    assert [swept("accounts-signin").deleted for _twice in range(2)] == [1, 0]
    record(user, before=timezone.now() - timedelta(days=1))
    assert alerts(user) == 0
    SignIn.objects.all().delete()
    record(user, before=timezone.now() - timedelta(days=settings.SIGN_IN_DAYS, hours=1))
    assert alerts(user) == 1


def test_a_forged_header_moves_nobody() -> None:
    """Without a proxy that is trusted, what a browser says of its address is only talk."""
    user = make_user()
    sign_in(browser(FRANCE, **{"x-forwarded-for": BRITAIN, "x-real-ip": BRITAIN, "forwarded": f"for={BRITAIN}"}), user)
    assert SignIn.objects.get().country == "FR"


def test_behind_a_trusted_proxy_only_its_own_word_counts(settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    user = make_user()
    sign_in(browser("10.0.0.1", **{"x-forwarded-for": f"{BRITAIN}, {FRANCE}"}), user)
    assert SignIn.objects.get().country == "FR"


@pytest.mark.parametrize("user_agent", ["", "x" * 10_000, "Firefox/1 \u202e\u00a7 é" * 300])
def test_an_odd_browser_gets_in(user_agent: str) -> None:
    user, visitor = make_user(), Client(REMOTE_ADDR=FRANCE, HTTP_USER_AGENT=user_agent)
    assert sign_in(visitor, user).status_code == 302
    assert visitor.get(HISTORY).status_code == 200
    assert SignIn.objects.get().platform is None


@pytest.mark.django_db(transaction=True)
def test_two_at_once_are_told_once() -> None:
    user = make_user()
    record(user)
    ready = threading.Barrier(2)

    def come_in() -> None:
        try:
            ready.wait(10)
            record(user, BRITAIN)
        finally:
            connection.close()

    both = [threading.Thread(target=come_in) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert SignIn.objects.count() == 3
    assert alerts(user) == 1


def test_the_link_asks_first_and_one_press_makes_the_account_safe() -> None:
    user, stranger, own = make_user(), browser(BRITAIN, PHONE), browser()
    sign_in(own, user)
    sign_in(stranger, user)
    path, reader = link_in_mail(user), Client()
    for _ in range(2):
        page = reader.get(path)
        assert "United Kingdom" in page.content.decode()
        assert page["Referrer-Policy"] == "same-origin"
    assert stranger.get(HISTORY).status_code == 200
    assert reader.post(path)["Location"] == path
    safe = reader.get(path).content.decode()
    assert "Your account is safe" in safe
    assert "The cards that you shared have ended." in safe
    assert "look at its keys" in safe
    for visitor in (stranger, own):
        assert visitor.get(HISTORY).status_code == 302
    assert not Session.objects.filter(user_id=user.pk).exists()
    assert sign_in(Client(), user).status_code == 200
    assert AuditEntry.objects.filter(event="sign_in.disowned").count() == 1
    user.refresh_from_db()
    assert not user.has_usable_password()


def test_pressed_again_it_does_nothing_more() -> None:
    user = make_user()
    path = urlsplit(not_me_links.url(record(user).pk)).path
    Client().post(path)
    user.set_password("an even better battery staple")
    user.save()
    back = browser()
    sign_in(back, user, "an even better battery staple")
    assert Client().post(path).status_code == 302
    assert back.get(HISTORY).status_code == 200


def test_an_old_link_does_not_lock_out_whoever_is_back() -> None:
    user = make_user()
    first, second = record(user), record(user, BRITAIN)
    Client().post(urlsplit(not_me_links.url(second.pk)).path)
    user.set_password("an even better battery staple")
    user.save()
    back = browser()
    sign_in(back, user, "an even better battery staple")
    assert back.post(urlsplit(not_me_links.url(first.pk)).path).status_code == 302
    assert back.get(HISTORY).status_code == 200
    first.refresh_from_db()
    assert first.disowned_at is not None
    # What began since then makes the account safe again.
    assert sign_ins.disown(actor=services.actor_of(user.pk), sign_in_id=record(user, BRITAIN).pk)


def test_from_the_history_it_signs_out_whoever_says_so() -> None:
    user, visitor = make_user(), browser()
    make_sign_in(user, country="GB")
    sign_in(visitor, user)
    found = re.search(r'href="(/account/sign-ins/not-me/[^"]+)"', visitor.get(HISTORY).content.decode())
    assert found is not None
    visitor.post(found[1])
    assert visitor.get(HISTORY).status_code == 302


def test_a_link_that_is_none_tells_nothing_and_shows_a_way(settings: Any) -> None:
    user = make_user()
    row = record(user)
    good = not_me_links.token(row.pk)
    body, at, signature = good.split(":")
    other = make_sign_in(make_user())
    for token in (good[:-1], f"{other.pk.hex}:{at}:{signature}", f"{body}:1x2y3z:{signature}", "x" * 43):
        answer = Client().post(f"/account/sign-ins/not-me/{token}/")
        assert answer.status_code == 404
        assert "Choose a new password" in answer.content.decode()
    settings.NOT_ME_LINK_DAYS = -1
    assert Client().post(f"/account/sign-ins/not-me/{good}/").status_code == 404
    user.refresh_from_db()
    assert user.has_usable_password()


def test_nobody_disowns_for_another_and_nobody_records_for_another() -> None:
    user, other = make_user(), make_user()
    row = record(user)
    for actor in (services.actor_of(other.pk),):
        with pytest.raises(PermissionDenied):
            sign_ins.disown(actor=actor, sign_in_id=row.pk)
        with pytest.raises(PermissionDenied):
            sign_ins.sign_out_everywhere(actor=actor, user_id=user.pk)
    with pytest.raises(SignIn.DoesNotExist):
        sign_ins.disown(actor=services.actor_of(user.pk), sign_in_id=UUID(int=7))


def test_the_history_asks_in_arabic_who_signed_in_and_not_who_asked() -> None:
    user, visitor = make_user(), browser()
    sign_in(visitor, user)
    page = visitor.get(f"/ar{HISTORY}").content.decode()
    assert "هل كنت أنت؟" in page
    assert "قدّم هذا الطلب" not in page


def test_one_sees_ones_own_history_only_in_pages() -> None:
    user, visitor = make_user(), browser()
    make_sign_in(make_user(), country="JP")
    for _ in range(20):
        make_sign_in(user)
    sign_in(visitor, user)
    page = visitor.get(HISTORY).content.decode()
    assert "Japan" not in page
    assert page.count("This was not me") == 19
    assert visitor.get(HISTORY, {"page": 2}).content.decode().count("This was not me") == 1
    assert visitor.get(HISTORY, {"page": "x"}).status_code == 200


def test_signing_out_everywhere_ends_this_browser_too() -> None:
    user, here, there = make_user(), browser(), browser(BRITAIN)
    sign_in(here, user)
    sign_in(there, user)
    assert "United Kingdom" in here.get("/account/sessions/").content.decode()
    assert here.post("/account/sessions/end/")["Location"] == "/account/login/"
    for visitor in (here, there):
        assert visitor.get(HISTORY).status_code == 302
    assert sign_in(Client(), user).status_code == 302


@pytest.mark.parametrize(
    "wrong",
    [{"network": "82.64.7.9"}, {"network": "82.64.7.9/32"}, {"country": "fr"}, {"browser": "lynx"}, {"how": "guess"}],
)
def test_the_database_takes_no_whole_address_and_no_free_words(wrong: dict[str, str]) -> None:
    user = make_staff()
    with pytest.raises(IntegrityError), transaction.atomic():
        make_sign_in(user, **wrong)
