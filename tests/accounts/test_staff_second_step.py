"""Staff reach nobody's data by a password alone: what they meet without a second step, and that they keep one."""

import re
import time
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.test import Client

from accounts import demo_accounts, demo_phones, lost_steps, second_steps, services
from accounts.models import Session, User
from privacy.actors import Actor
from privacy.models import AuditEntry
from tests.accounts.flows import code_sent_to, confirm_again, newest_message, sign_in
from tests.accounts.test_second_step import AUTHENTICATE, add_app
from tests.factories import make_staff, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P6.1")]
SET_UP = "/account/2fa/"
QUEUE = "/admin/rights_requests/rightsrequest/"


def staff_without() -> User:
    """A member of staff who may do everything and has no second step yet."""
    user = make_staff(superuser=True)
    Authenticator.objects.filter(user=user).delete()
    return user


@pytest.mark.parametrize("path", ["/admin/", QUEUE, "/admin/accounts/user/", "/admin/login/", "/admin/nothing/such/"])
def test_without_one_every_page_of_staff_leads_to_where_it_is_added(client: Client, path: str) -> None:
    client.force_login(staff_without())
    for answer in (client.get(path), client.post(path)):
        assert (answer.status_code, answer["Location"]) == (302, SET_UP)
    assert "The staff pages need a second step" in client.get(SET_UP).content.decode()


def test_recovery_codes_alone_are_none(client: Client) -> None:
    user = staff_without()
    Authenticator.objects.create(user=user, type="recovery_codes", data={"seed": "sealed", "used_mask": 0})
    client.force_login(user)
    assert client.get(QUEUE)["Location"] == SET_UP


def test_with_one_the_pages_open_and_sessions_of_before_end(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    user, stranger = staff_without(), Client()
    sign_in(stranger, user)
    with django_capture_on_commit_callbacks(execute=True):
        add_app(client, user)
    assert client.get(QUEUE).status_code == 200
    assert stranger.get("/account/").status_code == 302
    assert "The staff pages need" not in client.get(SET_UP).content.decode()


@pytest.mark.parametrize("path", ["/admin/", QUEUE])
def test_whoever_is_not_staff_finds_no_page_with_or_without_one(client: Client, path: str) -> None:
    user = make_user()
    client.force_login(user)
    assert client.get(path).status_code == 404
    add_app(client, user)
    assert client.get(path).status_code == 404


def test_whoever_becomes_staff_comes_in_anew(client: Client) -> None:
    boss, person = make_staff(superuser=True), make_user()
    client.force_login(person)
    services.change_access(actor=Actor.staff(boss.pk), user_id=person.pk, is_active=True, is_staff=True)
    assert not Session.objects.filter(user_id=person.pk).exists()


def test_staff_cannot_take_their_last_app_away(client: Client) -> None:
    user = staff_without()
    add_app(client, user)
    answer = client.post("/account/2fa/totp/deactivate/")
    assert "Your account needs this second step" in answer.content.decode()
    assert second_steps.has_one(user.pk)


def test_staff_cannot_take_their_last_passkey_away(client: Client) -> None:
    user = staff_without()
    sign_in(client, user)
    confirm_again(client)
    passkey = Authenticator.objects.create(user=user, type="webauthn", data={"name": "key"})
    path = f"/account/2fa/webauthn/keys/{passkey.pk}/remove/"
    for answer in (client.get(path), client.post(path)):
        assert answer["Location"] == "/account/2fa/webauthn/"
    assert second_steps.has_one(user.pk)


def test_anybody_else_can_and_only_their_own(client: Client) -> None:
    user, other = make_user(), make_user()
    theirs, own = (
        Authenticator.objects.create(user=one, type="webauthn", data={"name": "key"}) for one in (other, user)
    )
    client.force_login(user)
    assert client.get(f"/account/2fa/webauthn/keys/{theirs.pk}/remove/").status_code == 404
    assert second_steps.may_go(own)


def test_recovery_codes_are_shown_once_and_can_be_downloaded_then(client: Client) -> None:
    add_app(client, make_user())
    shown, again = (client.get("/account/2fa/recovery-codes/").content.decode() for _ in range(2))
    codes = re.findall(r"<code>(\d{8})</code>", shown)
    assert len(codes) == 10
    assert not re.search(r"\d{8}", again.partition("<main")[2])
    answer = client.post("/account/2fa/recovery-codes/file/", {"codes": " ".join(codes)})
    assert answer.content.decode().split() == codes
    assert answer["Content-Disposition"] == 'attachment; filename="recovery-codes.txt"'
    assert client.get("/account/2fa/recovery-codes/download/").status_code == 403
    for some in (codes[:9], codes[::-1], []):
        answer = client.post("/account/2fa/recovery-codes/file/", {"codes": " ".join(some)})
        assert answer["Location"] == SET_UP


@pytest.mark.parametrize("role", ["agent", "senior", "officer", "auditor", "support", "writer"])
def test_the_staff_of_the_demonstration_sign_in_with_what_their_phones_show(
    client: Client, settings: Any, tmp_path: Path, role: str
) -> None:
    settings.VAR_DIR, settings.DEMO_ACCOUNTS = tmp_path, True
    call_command("demo_data", verbosity=0)
    call_command("demo_data", verbosity=0)
    known = {access.role: access for access in demo_accounts.ensure(demo_phones.file())}
    user = User.objects.get(email=known[role].email)
    assert sign_in(client, user, known[role].password)["Location"] == AUTHENTICATE
    client.post(AUTHENTICATE, {"code": demo_phones.codes_now()[user.email]})
    assert client.get("/admin/").status_code == 200
    assert not known["subject"].second_step


def test_an_account_of_an_older_demonstration_gets_its_second_step(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR, settings.DEMO_ACCOUNTS = tmp_path, True
    call_command("demo_data", verbosity=0)
    Authenticator.objects.all().delete()
    path = demo_phones.file()
    path.write_text(re.sub(r'"second_step": "[A-Z2-7]+"', '"second_step": ""', path.read_text("utf-8")), "utf-8")
    call_command("demo_data", verbosity=0)
    assert Authenticator.objects.count() == 7
    assert len(demo_phones.codes_now()) == 7


def test_their_phones_count_as_every_app_does() -> None:
    key, now = demo_phones.new_key(), time.time()
    assert demo_phones.code(key, now) == totp.format_hotp_value(totp.hotp_value(key, int(now) // 30))


def test_no_phone_is_shown_where_there_is_no_demonstration(settings: Any) -> None:
    settings.DEMO_ACCOUNTS = False
    assert demo_phones.codes_now() == {}


def test_whoever_lost_phone_and_codes_begins_anew(client: Client) -> None:
    user = make_user()
    add_app(client, user)
    for said in ("2 removed; the account was told by e-mail.", "There was none."):
        out = StringIO()
        call_command("remove_second_steps", f" {user.email.upper()} ", stdout=out)
        assert out.getvalue().strip() == said
    assert client.get("/account/").status_code == 302
    assert newest_message(user.email).subject == "Your second step is removed"
    assert "http://127.0.0.1:8000/account/2fa/" in newest_message(user.email).message
    assert AuditEntry.objects.filter(event="account.second_steps_removed").count() == 1
    assert sign_in(client, user)["Location"] != AUTHENTICATE
    with pytest.raises(CommandError, match="no account"):
        call_command("remove_second_steps", "nobody@example.org")
    with pytest.raises(PermissionDenied):
        lost_steps.take_away(actor=Actor.staff(user.pk), user_id=user.pk)


def test_a_new_password_by_a_code_from_the_mailbox_opens_no_page_of_staff(client: Client) -> None:
    """Whoever reads the mailbox alone still lacks the second step."""
    user = make_staff(superuser=True, email="clerk@occicor.example")
    client.post("/account/password/reset/", {"email": user.email})
    client.post("/account/password/reset/confirm/", {"code": code_sent_to(user.email)})
    new = "a quite different pass phrase"
    assert client.post("/account/password/reset/complete/", {"password1": new})["Location"].endswith("/done/")
    assert "/login/" in client.get("/admin/")["Location"]
    signed = client.post("/account/login/", {"login": user.email, "password": new})
    assert "/2fa/" in signed["Location"]
    assert "/login/" in client.get("/admin/")["Location"]
