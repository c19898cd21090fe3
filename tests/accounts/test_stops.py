"""What a stop means for an account: less use of it by us, not by the person; a child's account is closed."""

import pytest
from django.test import Client
from post_office.models import Email

from accounts import services
from accounts.models import Profile, User
from privacy import restriction
from privacy.actors import SYSTEM
from privacy.data_map.subject import Subject, subject_of_user
from privacy.models import AuditEntry
from privacy.vocabulary import Purpose, StopGround
from tests.accounts.flows import code_sent_to, confirm_again, newest_message, sign_in, sign_up
from tests.factories import make_staff, make_user

pytestmark = pytest.mark.django_db
PROFILE = {"name": "Mara", "workplace": "", "position": "", "phone": "", "address": ""}


def stop(user: User, ground: StopGround, purpose: Purpose | None = None) -> None:
    """Stop the use of the person's data."""
    subject = subject_of_user(user.pk)
    who = {"subject_digest": subject.digest, "digests": subject.digests()}
    restriction.impose(actor=SYSTEM, **who, ground=ground, purpose=purpose)


@pytest.mark.promise("P5.4")
def test_a_restricted_person_signs_in_and_changes_what_they_said_of_themselves(client: Client) -> None:
    user = make_user()
    stop(user, StopGround.ACCURACY)
    assert sign_in(client, user).status_code == 302
    assert client.post("/account/profile/", PROFILE).status_code == 302
    assert Profile.objects.get(pk=user.pk).name == "Mara"


@pytest.mark.promise("P5.4")
def test_a_restricted_person_can_have_a_new_password(client: Client) -> None:
    user = make_user("mara@example.org")
    stop(user, StopGround.UNLAWFUL)
    client.post("/account/password/reset/", {"email": "mara@example.org"})
    assert code_sent_to("mara@example.org")


@pytest.mark.promise("P9.1")
def test_a_child_s_account_opens_for_nobody_and_sends_no_code_but_still_warns(client: Client) -> None:
    user = make_user("child@example.org")
    signed_in = Client()
    sign_in(signed_in, user)
    stop(user, StopGround.MINOR)
    answer = sign_in(client, user)
    assert client.get(answer["Location"]).status_code == 200
    assert "This account is closed" in client.get(answer["Location"]).content.decode()
    assert "_auth_user_id" not in client.session
    client.post("/account/password/reset/", {"email": "child@example.org"})
    assert not Email.objects.filter(to="child@example.org").exists()
    data = {"oldpassword": "correct horse battery staple", "password1": "another horse battery staple"}
    signed_in.post("/account/password/change/", {**data, "password2": data["password1"]})
    assert "password" in newest_message("child@example.org").subject.lower()


@pytest.mark.promise("P5.4")
def test_a_stop_goes_along_when_the_address_changes(client: Client) -> None:
    user = make_user("old@example.org")
    sign_in(client, user)
    stop(user, StopGround.MARKETING, Purpose.PROMOTIONAL_MESSAGES)
    confirm_again(client)
    client.post("/account/email/", {"email": "new@example.org", "action_add": "1"})
    client.post("/account/confirm-email/", {"code": code_sent_to("new@example.org")})
    new = Subject(emails=frozenset({"new@example.org"}))
    assert not restriction.allows(new, Purpose.PROMOTIONAL_MESSAGES)
    assert AuditEntry.objects.filter(event="stop.extended").count() == 1
    services.move_address(actor=services.actor_of(user.pk), user_id=user.pk, left="old@example.org")
    assert AuditEntry.objects.filter(event="stop.extended").count() == 1


def test_an_objection_from_before_there_was_an_account_finds_the_account(client: Client) -> None:
    stranger = Subject(emails=frozenset({"later@example.org"}))
    who = {"subject_digest": stranger.digest, "digests": stranger.digests()}
    purpose = Purpose.PROMOTIONAL_MESSAGES
    restriction.impose(actor=SYSTEM, **who, ground=StopGround.MARKETING, purpose=purpose)
    sign_up(client, "later@example.org")
    client.post("/account/confirm-email/", {"code": code_sent_to("later@example.org")})
    user = User.objects.get(email="later@example.org")
    assert not restriction.allows(Subject(user_id=user.pk), purpose)


@pytest.mark.promise("P5.4")
def test_staff_read_on_the_account_what_may_not_be_done(client: Client) -> None:
    user, free = make_user(), make_user()
    stop(user, StopGround.CLAIMS)
    client.force_login(make_staff(perms=["accounts.view_user"]))
    page = client.get(f"/admin/accounts/user/{user.pk}/change/").content.decode()
    assert "Restricted since" in page
    assert "only store this person’s data" in page
    assert "Art. 18(1)(c)" in page
    assert "Restricted since" not in client.get(f"/admin/accounts/user/{free.pk}/change/").content.decode()
