"""Where a person is signed in, and how sessions end."""

from datetime import timedelta
from importlib import import_module

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.models import Session
from accounts.sessions import SessionStore
from accounts.templatetags.device_words import device_in_words
from tests.accounts.flows import sign_in
from tests.factories import make_user

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def test_the_list_shows_each_browser_and_marks_this_one(client: Client) -> None:
    user = make_user()
    sign_in(Client(headers={"user-agent": FIREFOX}), user)
    sign_in(client, user)
    page = client.get("/account/sessions/").content.decode()
    assert "Firefox on Linux" in page
    assert page.count("This browser") == 1


def test_one_press_signs_out_everywhere_else(client: Client) -> None:
    user = make_user()
    other = Client()
    sign_in(other, user)
    sign_in(client, user)
    client.post("/account/sessions/")
    assert other.get("/account/").status_code == 302
    assert client.get("/account/").status_code == 200
    assert Session.objects.filter(user_id=user.pk).count() == 1


def test_nobody_sees_or_ends_the_sessions_of_another(client: Client) -> None:
    neighbour, theirs = make_user(), Client(headers={"user-agent": FIREFOX})
    sign_in(theirs, neighbour)
    sign_in(client, make_user())
    assert "Firefox" not in client.get("/account/sessions/").content.decode()
    client.post("/account/sessions/")
    assert theirs.get("/account/").status_code == 200


def test_deleting_the_rows_of_a_person_signs_them_out_everywhere(client: Client) -> None:
    user = make_user()
    sign_in(client, user)
    Session.objects.filter(user_id=user.pk).delete()
    assert client.get("/account/").status_code == 302


def test_expired_sessions_and_their_lines_in_the_list_are_cleared(client: Client) -> None:
    user, other = make_user(), Client()
    sign_in(other, user)
    gone = Session.objects.get()
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    sign_in(client, make_user())
    engine = import_module(settings.SESSION_ENGINE).SessionStore
    engine.clear_expired()
    engine.clear_expired()
    assert not Session.objects.filter(pk=gone.pk).exists()
    assert not UserSession.objects.filter(user_id=user.pk).exists()
    assert client.get("/account/").status_code == 200
    assert UserSession.objects.count() == 1


def test_a_session_of_nobody_belongs_to_nobody() -> None:
    store = SessionStore()
    store["theme"] = "dark"
    store.save()
    assert Session.objects.get().user_id is None


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (FIREFOX, "Firefox on Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8.5", "A browser we do not know"),
        ("", "A browser we do not know"),
    ],
)
def test_a_browser_is_named_in_words(sent: str, said: str) -> None:
    assert device_in_words(sent) == said
