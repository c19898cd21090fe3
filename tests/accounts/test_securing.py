"""Making an account safe when somebody else may be in it."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts import securing, services
from accounts.sharing import services as sharing
from accounts.vocabulary import GrantEnd
from privacy.actors import SYSTEM
from privacy.models import AuditEntry
from tests.accounts.cards import make_grant
from tests.accounts.flows import code_sent_to, sign_in
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P4.1")]


def test_every_session_ends_and_only_a_code_to_the_mailbox_opens_the_account_again(client: Client) -> None:
    user, other = make_user("ann@example.org"), Client()
    sign_in(other, user)
    sign_in(client, user)
    assert securing.secure_account(actor=services.actor_of(user.pk), user_id=user.pk) == 2
    assert client.get("/account/").status_code == other.get("/account/").status_code == 302
    sign_in(client, user)
    assert client.get("/account/").status_code == 302
    client.post(reverse("account_reset_password"), {"email": "ann@example.org"})
    client.post(reverse("account_confirm_password_reset_code"), {"code": code_sent_to("ann@example.org")})
    client.post(reverse("account_complete_password_reset"), {"password1": "four unrelated words again"})
    sign_in(client, user, "four unrelated words again")
    assert client.get("/account/").status_code == 200


def test_it_can_be_done_again_and_leaves_one_entry_where_there_was_something_to_do() -> None:
    user = make_user()
    assert securing.secure_account(actor=SYSTEM, user_id=user.pk) == 0
    assert securing.secure_account(actor=SYSTEM, user_id=user.pk) == 0
    entry = AuditEntry.objects.get(event="account.secured")
    assert entry.data == {"sessions": 0, "password": True, "cards": 0}


def test_the_cards_it_shares_end_with_it_and_nobody_elses_do() -> None:
    user, other = make_user(), make_user("bob@example.org")
    given, received = make_grant(user, other.email), make_grant(other, user.email)
    securing.secure_account(actor=services.actor_of(user.pk), user_id=user.pk)
    given.refresh_from_db()
    received.refresh_from_db()
    assert given.ended_by == GrantEnd.OWNER
    assert received.ended_at is None
    assert AuditEntry.objects.get(event="account.secured").data["cards"] == 1


def test_nobody_secures_another_persons_account() -> None:
    user, other = make_user(), make_user()
    with pytest.raises(PermissionDenied):
        securing.secure_account(actor=services.actor_of(other.pk), user_id=user.pk)
    with pytest.raises(PermissionDenied):
        sharing.end_all(actor=services.actor_of(other.pk), user_id=user.pk)
    user.refresh_from_db()
    assert user.has_usable_password()
