"""A changed address: both mailboxes are told, the former one can take it back, and nothing undoes that."""

import re

import pytest
from allauth.account.forms import AddEmailForm
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from post_office.models import Email

from accounts import changed_address, claiming, enrolling, former_addresses, services
from accounts.changed_address import CannotTakeBack
from accounts.models import FormerAddress, Session, User
from privacy import address_signals, clock
from privacy.addresses import shortened
from privacy.models import AuditEntry
from privacy.vocabulary import Right
from rights_requests.services import waiting
from tests.accounts.cards import make_grant
from tests.accounts.flows import code_sent_to, confirm_again, newest_message, sign_in, sign_up
from tests.accounts.test_email_address import CONFIRM, EMAIL, ask, change, settle
from tests.factories import make_enrolment, make_request, make_user
from tests.sign_in_factories import make_sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P4.1")]
OLD, NEW = "old@example.org", "stranger@example.net"


def changed(client: Client) -> tuple[User, str]:
    """An account that has just changed its address, and the path of the way back in the message to the former one."""
    user = make_user(OLD)
    sign_in(client, user)
    change(client, NEW)
    user.refresh_from_db()
    return user, way_back()


def add_step(user: User) -> None:
    """A second step of the account, whoever added it."""
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})


def way_back() -> str:
    """The path in the newest message to the former address."""
    found = re.search(r"(/account/address/back/\S+)", newest_message(OLD).message)
    assert found
    return found[1]


def test_both_mailboxes_are_told_what_changed_and_until_when_it_can_be_taken_back(client: Client) -> None:
    changed(client)
    to_old, to_new = newest_message(OLD).message, newest_message(NEW).message
    assert "It was changed to s…@example.net on " in to_old
    assert "from the internet address 127.0.0.1" in to_old
    assert NEW not in to_old
    assert "you sign in with this address" in to_new
    assert "/address/back/" not in to_new


def test_one_click_from_the_former_mailbox_takes_all_of_it_back(client: Client) -> None:
    user, path = changed(client)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    enrolment = make_enrolment(NEW)
    claiming.claim_enrolments(actor=services.actor_of(user.pk), user_id=user.pk)
    card = make_grant(make_user(), NEW)
    owner = Client()
    assert "It was not me" in owner.get(path).content.decode()
    assert user.email == NEW  # opening the link has done nothing
    back = owner.post(path).content.decode()
    assert "Your address is back" in back
    assert "The cards that you shared have ended." in back
    assert "look at its keys" in newest_message(OLD).message
    user.refresh_from_db()
    enrolment.refresh_from_db()
    card.refresh_from_db()
    assert user.email == OLD
    assert card.reached_email is None  # nobody sees by that address what was shared with it
    assert EmailAddress.objects.get(user=user).email == OLD
    assert not user.has_usable_password()
    assert not Session.objects.filter(user_id=user.pk).exists()
    assert not Authenticator.objects.filter(user=user).exists()
    assert enrolment.user_id is None
    assert client.get("/account/").status_code == 302
    assert "choose a new password" in newest_message(OLD).subject
    assert "no longer the address" in newest_message(NEW).subject
    assert "/address/back/" not in newest_message(NEW).message + newest_message(OLD).message
    assert AuditEntry.objects.filter(event="account.address_taken_back").count() == 1


def test_whoever_signed_in_since_the_change_is_new_again(client: Client) -> None:
    user = make_user(OLD)
    before = make_sign_in(user)
    sign_in(client, user)
    change(client, NEW)
    since = make_sign_in(user, at=clock.now())
    client.post(way_back())
    before.refresh_from_db()
    since.refresh_from_db()
    assert (before.disowned_at, since.disowned_at is None) == (None, False)


def test_the_owner_comes_in_again_with_a_code_to_the_former_mailbox(client: Client) -> None:
    user, path = changed(client)
    client.post(path)  # in the browser that is signed in as well
    client.post(reverse("account_reset_password"), {"email": OLD})
    client.post(reverse("account_confirm_password_reset_code"), {"code": code_sent_to(OLD)})
    client.post(reverse("account_complete_password_reset"), {"password1": "four unrelated words again"})
    user.refresh_from_db()
    sign_in(client, user, "four unrelated words again")
    assert client.get("/account/").status_code == 200


@pytest.mark.parametrize("spoilt", ["used", "old", "forged", "of another"])
def test_a_link_that_is_used_up_old_or_not_ours_changes_nothing(client: Client, spoilt: str) -> None:
    user, path = changed(client)
    if spoilt == "used":
        client.post(path)
    if spoilt == "old":
        settle()
    if spoilt == "forged":
        path = path[:-3] + "abc/"
    if spoilt == "of another":
        FormerAddress.objects.update(may_take_back=False)
    before = User.objects.get(pk=user.pk).email
    for answer in (Client().get(path), Client().post(path)):
        assert answer.status_code == 404
        assert "This link no longer works" in answer.content.decode()
    assert User.objects.get(pk=user.pk).email == before


def test_the_stranger_cannot_take_it_back_in_turn(client: Client) -> None:
    user, path = changed(client)
    client.post(path)
    stranger = FormerAddress.objects.get(user=user)
    assert stranger.email == NEW
    with pytest.raises(CannotTakeBack):
        changed_address.take_back(token=changed_address.token_of(stranger))


def test_no_second_change_while_the_first_can_be_taken_back_and_the_page_says_why(client: Client) -> None:
    user, _path = changed(client)
    page = client.get(EMAIL).content.decode()
    assert "Your address was changed on" in page
    assert 'name="action_add"' not in page
    assert "Your address was changed on" in client.get("/account/").content.decode()
    answer = client.post(EMAIL, {"email": "third@example.org", "action_add": "1"})
    assert "It can be changed again after" in answer.content.decode()
    assert not Email.objects.filter(to="third@example.org").exists()
    # Programs add an address by the library's own form.
    assert "email" in AddEmailForm(user=user, data={"email": "third@example.org"}).errors
    settle()
    change(client, "third@example.org")
    user.refresh_from_db()
    assert user.email == "third@example.org"


def test_with_a_second_step_no_address_is_changed_so_that_a_strangers_step_never_outlives_it(client: Client) -> None:
    user = make_user(OLD)
    sign_in(client, user)
    add_step(user)
    confirm_again(client)
    answer = client.post(EMAIL, {"email": NEW, "action_add": "1"})
    assert "Remove your second step for signing in before you change your address." in answer.content.decode()
    assert not Email.objects.filter(to=NEW).exists()


def test_nor_when_the_step_came_between_the_code_and_its_confirmation(client: Client) -> None:
    user = make_user(OLD)
    sign_in(client, user)
    ask(client, NEW)
    add_step(user)
    assert client.post(CONFIRM, {"code": code_sent_to(NEW)})["Location"] == EMAIL
    assert "Remove your second step" in client.get(EMAIL).content.decode()
    user.refresh_from_db()
    assert user.email == OLD
    assert not FormerAddress.objects.exists()


def test_two_codes_asked_for_beforehand_do_not_make_two_changes(client: Client) -> None:
    user, other = make_user(OLD), Client()
    sign_in(client, user)
    sign_in(other, user)
    ask(client, NEW)
    ask(other, "third@example.org")
    client.post(CONFIRM, {"code": code_sent_to(NEW)})
    assert other.post(CONFIRM, {"code": code_sent_to("third@example.org")})["Location"] == EMAIL
    user.refresh_from_db()
    assert user.email == NEW


def test_nobody_else_signs_up_with_the_former_address_meanwhile_and_its_reader_gets_the_way_back_again(
    client: Client,
) -> None:
    changed(client)
    Email.objects.filter(to=OLD).delete()
    other = Client()
    assert sign_up(other, OLD)["Location"] == CONFIRM
    assert not User.objects.filter(email=OLD).exists()
    Email.objects.filter(to=OLD).delete()
    other.post(reverse("account_reset_password"), {"email": OLD})
    assert "Your address is back" in Client().post(way_back()).content.decode()


def test_another_account_does_not_take_the_former_address_meanwhile(client: Client) -> None:
    changed(client)
    other, neighbour = Client(), make_user()
    sign_in(other, neighbour)
    ask(other, OLD)
    assert other.post(CONFIRM, {"code": code_sent_to(OLD)})["Location"] == EMAIL
    assert "This address cannot be used." in other.get(EMAIL).content.decode()
    neighbour.refresh_from_db()
    assert neighbour.email != OLD


def test_a_code_that_shows_the_former_mailbox_is_ones_own_ends_no_waiting(client: Client) -> None:
    user, path = changed(client)
    address_signals.proven.send(sender=None, address=OLD)
    address_signals.proven.send(sender=None, address=OLD)
    asked = make_request(user, Right.ERASURE)
    assert waiting.not_before(asked) is not None
    assert former_addresses.forget() == 0
    assert "Your address is back" in client.post(path).content.decode()
    assert waiting.not_before(asked) is not None


def test_nobody_releases_the_enrolments_of_another() -> None:
    user, other = make_user(), make_user()
    with pytest.raises(PermissionDenied):
        enrolling.release_enrolments(actor=services.actor_of(other.pk), user_id=user.pk, address="x@example.org")


@pytest.mark.parametrize(
    ("address", "shown"), [("ann@example.org", "a…@example.org"), ("a@b.example", "a…@b.example"), ("é@x", "é…@x")]
)
def test_a_shortened_address_cannot_be_written_to(address: str, shown: str) -> None:
    assert shortened(address) == shown
