"""Making an account: an address, a password, a code from the mailbox."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from post_office.models import Email

from accounts.models import Profile, Session, User
from privacy.models import AuditEntry
from tests.accounts.flows import BORN, code_sent_to, newest_message, sign_up
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db
CONFIRM = "/account/confirm-email/"


def test_a_new_person_signs_up_with_the_code_from_the_message(client: Client) -> None:
    response = sign_up(client, "New.Person@example.org")
    assert response.status_code == 302
    assert response["Location"] == CONFIRM
    answer = client.post(CONFIRM, {"code": code_sent_to("new.person@example.org")})
    assert answer["Location"] == reverse("rights_requests:list")
    user = User.objects.get(email="new.person@example.org")
    assert user.emailaddress_set.get().verified
    assert Profile.objects.filter(user=user).exists()
    assert Session.objects.filter(user_id=user.pk).count() == 1


def test_opening_an_account_is_audited_without_clear_data(client: Client) -> None:
    sign_up(client, "audited@example.org")
    entry = AuditEntry.objects.get(event="account.opened")
    assert entry.subject_digest
    assert "audited" not in str(entry.__dict__)


def test_the_password_is_kept_as_argon2(client: Client) -> None:
    sign_up(client, "argon@example.org")
    assert User.objects.get().password.startswith("argon2")


def test_a_wrong_code_is_answered_in_words_and_the_right_one_still_works(client: Client) -> None:
    sign_up(client, "slip@example.org")
    answer = client.post(CONFIRM, {"code": "AAAA-AAAA"})
    assert answer.status_code == 200
    assert "That is not the code we sent" in answer.content.decode()
    assert "<title>Error: " in answer.content.decode()
    assert client.post(CONFIRM, {"code": code_sent_to("slip@example.org")}).status_code == 302
    assert User.objects.get().emailaddress_set.get().verified


def test_five_wrong_codes_end_the_attempt(client: Client) -> None:
    sign_up(client, "guess@example.org")
    for _attempt in range(4):
        assert client.post(CONFIRM, {"code": "AAAA-AAAA"}).status_code == 200
    assert client.post(CONFIRM, {"code": "AAAA-AAAA"})["Location"] == reverse("account_login")
    assert client.post(CONFIRM, {"code": code_sent_to("guess@example.org")})["Location"] == reverse("account_login")
    assert not User.objects.get().emailaddress_set.get().verified


def test_a_code_works_for_ten_minutes_only(client: Client) -> None:
    sign_up(client, "late@example.org")
    session = client.session
    session["account_email_verification_code"]["at"] -= 10 * 60 + 1
    session.save()
    answer = client.post(CONFIRM, {"code": code_sent_to("late@example.org")})
    assert answer["Location"] == reverse("account_login")
    assert not User.objects.get().emailaddress_set.get().verified


def test_a_new_code_can_be_asked_for_and_replaces_the_old_one(client: Client) -> None:
    sign_up(client, "again@example.org")
    first = code_sent_to("again@example.org")
    cache.clear()  # ten seconds pass
    client.post(CONFIRM, {"action": "resend"})
    assert code_sent_to("again@example.org") != first
    assert client.post(CONFIRM, {"code": first}).status_code == 200


def test_a_known_and_an_unknown_address_get_the_same_answer(client: Client) -> None:
    make_user("known@example.org")
    pages = []
    for address in ("known@example.org", "fresh@example.org"):
        visitor = Client()
        response = sign_up(visitor, address)
        page = visitor.get(response["Location"])
        body = page.content.decode().replace(address, "ADDRESS")
        pages.append((response.status_code, response["Location"], page.status_code, _without_tokens(body)))
    assert pages[0] == pages[1]
    assert newest_message("known@example.org").subject == "You have an account already"


def test_an_existing_account_is_not_changed_by_a_second_sign_up(client: Client) -> None:
    user = make_user("known@example.org")
    before = user.password
    sign_up(client, "known@example.org", "quite another password")
    user.refresh_from_db()
    assert user.password == before
    assert User.objects.count() == 1


def test_links_in_messages_use_the_site_address_whatever_host_was_asked(client: Client) -> None:
    make_user("known@example.org")
    data = {**BORN, "email": "known@example.org", "password1": PASSWORD}
    client.post("/account/signup/", data, headers={"host": "localhost"})
    message = newest_message("known@example.org")
    assert "http://127.0.0.1:8000/account/login/" in message.message
    assert "localhost" not in message.message + message.html_message


def test_text_that_looks_like_a_template_stays_text(client: Client) -> None:
    user = make_user("template@example.org")
    client.force_login(user)
    client.post("/account/reauthenticate/", {"password": "correct horse battery staple"})
    data = {"oldpassword": "correct horse battery staple", "password1": "another horse battery staple"}
    client.post("/account/password/change/", data, headers={"user-agent": "{% now 'Y' %}{{ 7|add:7000000 }}"})
    # A sum that no time of day and no address holds.
    assert Email.objects.filter(to="template@example.org", message__contains="7000007").count() == 0
    assert Email.objects.filter(to="template@example.org").exists()


def test_every_empty_field_says_what_to_enter(client: Client) -> None:
    page = sign_up(client, "", "").content.decode()
    assert "Enter your e-mail address." in page
    assert "Enter a new password of at least 12 characters." in page


def test_a_weak_password_is_refused_and_the_address_stays_typed(client: Client) -> None:
    page = sign_up(client, "weak@example.org", "password123").content.decode()
    assert 'value="weak@example.org"' in page
    assert "password123" not in page
    assert not User.objects.exists()


def test_the_twenty_first_sign_up_in_a_minute_is_told_to_wait(client: Client) -> None:
    for number in range(20):
        assert sign_up(client, "", "").status_code == 200, number
    flood = sign_up(client, "", "")
    assert (flood.status_code, flood["Retry-After"]) == (429, "60")


def test_an_address_that_looks_like_anothers_is_refused_and_the_owner_hears_nothing(client: Client) -> None:
    make_user("paul@shop.example")
    for typed in ("paul@shоp.example", "paul@shop.example＠evil.example"):
        answer = sign_up(client, typed)
        assert answer.status_code == 200
        assert "looks like another" in answer.content.decode()
    assert User.objects.count() == 1
    assert not Email.objects.exists()


def test_an_address_in_wide_letters_is_the_same_address(client: Client) -> None:
    make_user("paul@shop.example")
    sign_up(client, "paul@ｓｈｏｐ.example")
    assert User.objects.count() == 1
    assert newest_message("paul@shop.example").subject == "You have an account already"


def _without_tokens(page: str) -> str:
    return "\n".join(line for line in page.splitlines() if "csrfmiddlewaretoken" not in line)
