"""Changing the address of an account."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db.models.functions import Now
from django.test import Client
from post_office.models import Email

from accounts import former_addresses, services
from accounts.models import FormerAddress, User
from privacy import audit
from privacy.data_map import residue
from privacy.data_map.erase import erase_all
from privacy.data_map.subject import subject_of_user
from privacy.mail.deliver import deliver_due
from privacy.mail.queue import queue
from privacy.vocabulary import Purpose
from tests.accounts.flows import code_sent_to, confirm_again, newest_message, sign_in, sign_up
from tests.factories import make_user
from tests.privacy.retention.sweeping import swept

pytestmark = pytest.mark.django_db
EMAIL, CONFIRM = "/account/email/", "/account/confirm-email/"


def ask(client: Client, address: str) -> None:
    """Ask for another address, showing again who one is where that is asked."""
    confirm_again(client)
    client.post(EMAIL, {"email": address, "action_add": "1"})


def test_the_address_changes_when_the_code_sent_there_is_entered(client: Client) -> None:
    user = make_user("old@example.org")
    sign_in(client, user)
    ask(client, "New@Example.org")
    user.refresh_from_db()
    assert user.email == "old@example.org"
    client.post(CONFIRM, {"code": code_sent_to("new@example.org")})
    user.refresh_from_db()
    assert user.email == "new@example.org"
    told = newest_message("old@example.org").message
    assert "is no longer old@example.org" in told
    assert "new@example.org" not in told


def test_an_address_that_is_not_confirmed_says_nothing_about_whose_data_it_is(client: Client) -> None:
    user = make_user("mine@example.org")
    sign_in(client, user)
    ask(client, "yours@example.org")
    user.emailaddress_set.create(email="typed@example.org", verified=False)
    assert subject_of_user(user.pk).emails == frozenset({"mine@example.org"})


def test_the_address_of_another_account_cannot_be_taken_nor_is_it_told(client: Client) -> None:
    make_user("taken@example.org")
    user = make_user()
    sign_in(client, user)
    ask(client, "taken@example.org")
    page = client.get(CONFIRM).content.decode()
    assert "Enter the code from our message" in page
    assert "already" not in page
    assert User.objects.filter(email="taken@example.org").count() == 1


def test_the_page_names_the_address_of_today(client: Client) -> None:
    sign_in(client, make_user("today@example.org"))
    assert "today@example.org" in client.get(EMAIL).content.decode()


def change(client: Client, new: str) -> None:
    """Change the address of the signed-in account."""
    ask(client, new)
    client.post(CONFIRM, {"code": code_sent_to(new)})


def settle() -> None:
    """Let the days pass in which a change can be taken back."""
    FormerAddress.objects.update(left_at=Now() - timedelta(days=settings.EMAIL_CHANGE_COOLDOWN_DAYS))


def messages_to(address: str) -> list[str]:
    """What is stored of the messages to an address, by their state."""
    return [stored.get_status_display() for stored in Email.objects.filter(to=address)]


def test_what_was_sent_to_the_old_address_goes_with_it_and_its_notice_still_leaves(client: Client) -> None:
    user = make_user("old@example.org")
    queue(
        to="old@example.org", template="rights_requests/withdrawn", context={}, about=uuid4(), purpose=Purpose.SECURITY
    )
    deliver_due()
    sign_in(client, user)
    change(client, "new@example.org")
    assert messages_to("old@example.org") == ["queued"]
    deliver_due()
    (notice,) = [sent for sent in mail.outbox if sent.to == ["old@example.org"] and "is no longer" in str(sent.body)]
    assert "is no longer old@example.org" in str(notice.body)
    assert audit.verify().ok


def test_an_address_that_was_left_is_in_the_copy_and_in_the_erasure_while_a_message_to_it_is_stored(
    client: Client,
) -> None:
    user = make_user("old@example.org")
    sign_in(client, user)
    change(client, "new@example.org")
    subject = subject_of_user(user.pk)
    assert subject.emails == {"new@example.org"}
    assert subject.left == {"old@example.org"}
    erase_all(subject)
    assert [hit for hit in residue.scan(subject.identifiers() | subject.left) if not hit.planned] == []
    assert messages_to("old@example.org") == []


def test_it_is_forgotten_once_no_message_to_it_is_stored(client: Client) -> None:
    user = make_user("old@example.org")
    sign_in(client, user)
    change(client, "new@example.org")
    assert former_addresses.forget() == 0
    deliver_due()
    settle()
    Email.objects.update(last_updated=Now() - timedelta(days=31))
    swept("post_office-log")
    swept("post_office-email")
    assert former_addresses.forget() == 1
    assert subject_of_user(user.pk).left == frozenset()


def test_whoever_takes_the_address_next_is_not_reached_through_the_person_who_left_it(client: Client) -> None:
    user = make_user("old@example.org")
    sign_in(client, user)
    change(client, "new@example.org")
    deliver_due()
    settle()
    other = Client()
    sign_up(other, "old@example.org")
    assert subject_of_user(user.pk).left == frozenset()
    assert messages_to("old@example.org") == ["queued"]  # the newcomer's code, and nothing of before
    other.post(CONFIRM, {"code": code_sent_to("old@example.org")})
    assert User.objects.get(email="old@example.org").former_addresses.count() == 0


def test_going_back_to_an_address_starts_clean(client: Client) -> None:
    user = make_user("old@example.org")
    sign_in(client, user)
    change(client, "new@example.org")
    settle()
    change(client, "old@example.org")
    assert list(user.former_addresses.values_list("email", flat=True)) == ["new@example.org"]
    subject = subject_of_user(user.pk)
    assert subject.emails == {"old@example.org"}
    assert subject.left == {"new@example.org"}


def test_nobody_moves_another_persons_address() -> None:
    user, other = make_user(), make_user()
    with pytest.raises(PermissionDenied):
        services.move_address(actor=services.actor_of(other.pk), user_id=user.pk, left="x@example.org")
