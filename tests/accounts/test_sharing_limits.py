"""What holds for every shared card: how many, for how long, of what, and until it is forgotten (promise P8.1)."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from post_office.models import Email

from accounts import errors, services
from accounts.models import Profile, SharingGrant, SharingView, User
from accounts.sharing import selectors
from accounts.sharing import services as sharing
from accounts.vocabulary import LONGEST_SHARE, CardPart
from privacy.actors import SYSTEM, Actor
from tests.accounts.cards import make_ada, make_grant, shared
from tests.factories import make_user
from tests.privacy.retention.sweeping import swept

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P8.1")]
NOBODYS = uuid4()


@pytest.fixture
def ada() -> User:
    return make_ada()


@pytest.fixture
def bob() -> User:
    return make_user("bob@example.org")


def test_so_many_a_day_and_so_many_messages_to_one_address(ada: User, settings: Any) -> None:
    settings.SHARING_GRANTS_PER_DAY, settings.SHARING_MESSAGES_PER_DAY = 2, 2
    first = shared(ada)
    with pytest.raises(errors.SharedAlready):
        shared(ada)
    sharing.end(actor=services.actor_of(ada.pk), grant_id=first.pk)
    shared(ada)
    with pytest.raises(errors.TooManyShares):
        shared(ada, "carla@example.org")
    shared(make_user())
    assert SharingGrant.objects.count() == 3
    assert Email.objects.count() == 2
    settings.SHARING_GRANTS_PER_DAY, settings.SHARED_CARDS_AT_ONCE = 9, 1
    with pytest.raises(errors.TooManyShares):
        shared(ada, "carla@example.org")


@pytest.mark.parametrize("actor", [SYSTEM, Actor.subject(None, "x"), Actor.staff(NOBODYS)])
def test_only_an_account_acts_for_itself(actor: Actor) -> None:
    with pytest.raises(PermissionDenied):
        sharing.share(actor=actor, viewer_email="b@example.org", parts=["email"], days=7)
    with pytest.raises(PermissionDenied):
        sharing.look(actor=actor, grant_id=NOBODYS)
    with pytest.raises(PermissionDenied):
        sharing.end(actor=actor, grant_id=NOBODYS)


@pytest.mark.parametrize(
    "wrong",
    [
        {"until": Now() + timedelta(days=LONGEST_SHARE + 1)},
        {"until": Now() - timedelta(seconds=1)},
        {"parts": []},
        {"parts": ["password"]},
        {"viewer_email": "Bob@example.org"},
        {"ended_by": "owner"},
        {"address_left_at": Now()},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_the_database_refuses_what_must_never_be(ada: User, wrong: dict[str, Any]) -> None:
    grant = make_grant(ada, "bob@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        SharingGrant.objects.filter(pk=grant.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_grant(ada, "bob@example.org")


def test_lists_are_read_by_cursor_and_take_the_same_queries(
    ada: User, bob: User, django_assert_max_num_queries: Any, settings: Any
) -> None:
    for number in range(25):
        sharing.end(actor=services.actor_of(ada.pk), grant_id=make_grant(ada, f"v{number}@example.org").pk)
        make_grant(make_user(), bob.email)
    first = selectors.given_before(ada.pk, "")
    second = selectors.given_before(ada.pk, first.after)
    assert [len(first.rows), len(second.rows), second.after] == [20, 5, ""]
    assert not {row.pk for row in first.rows} & {row.pk for row in second.rows}
    for nonsense in ("x", "2026-99-99T00:00:00+00:00_0_a", f"2999-01-01T00:00:00+00:00_0_{'z' * 40}", "\x00"):
        assert len(selectors.given_before(ada.pk, nonsense).rows) == 20
    with django_assert_max_num_queries(6):
        cards, after = selectors.received(bob.pk, "")
    assert len(cards) == 20
    assert len(selectors.received(bob.pk, after)[0]) == 5


@pytest.mark.promise("P3.1")
def test_it_is_forgotten_a_year_after_its_last_day(ada: User, bob: User) -> None:
    grant, kept = shared(ada), shared(ada, "carla@example.org")
    sharing.look(actor=services.actor_of(bob.pk), grant_id=grant.pk)
    long_ago = Now() - timedelta(days=366)
    SharingGrant.objects.filter(pk=grant.pk).update(made_at=long_ago - timedelta(days=1), until=long_ago)
    assert swept("accounts-sharinggrant").deleted == 0, "the looks at a card go before it"
    assert swept("accounts-sharingview").deleted == 1
    assert [swept("accounts-sharinggrant").deleted for _twice in range(2)] == [1, 0]
    assert list(SharingGrant.objects.all()) == [kept]
    assert not SharingView.objects.exists()


def test_a_card_is_made_of_these_parts_of_the_profile_only() -> None:
    fields = {field.name for field in Profile._meta.get_fields()} | {"email"}
    assert set(CardPart.values) == fields - {"user", "updated_at"}
