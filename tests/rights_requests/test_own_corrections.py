"""What a person corrects by themselves is told to whoever has it from us, by a request that is accepted already."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db.models.functions import Now

from accounts import profile_history, services
from accounts.models import Profile, ProfileChange, User
from privacy import rectified
from privacy.models import SentMessage
from privacy.vocabulary import Right
from rights_requests.errors import TooMany
from rights_requests.models import RecipientNotice, RightsRequest, State
from rights_requests.recipients.sealing import opened
from rights_requests.selectors import timeline
from rights_requests.services import own_corrections
from tests.factories import make_request, make_user
from tests.rights_requests.recipients.register import make_recipient
from tests.rights_requests.scenario import filed, run

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P5.2"), pytest.mark.promise("P7.4")]
WRITTEN = {"name": "Mara", "workplace": "Shop", "position": "", "phone": "+46 8 123 456", "address": ""}


def write(user: User, **said: str) -> Profile:
    """Write a profile as its person."""
    return services.update_profile(actor=services.actor_of(user.pk), user_id=user.pk, **{**WRITTEN, **said})


def let_it_rest() -> int:
    """Let the time pass in which somebody may go on writing, and tell."""
    ProfileChange.objects.update(changed_at=Now() - timedelta(minutes=profile_history.QUIET_MINUTES, seconds=1))
    return profile_history.tell_recipients()


def forget(user: User, number: int) -> None:
    """Forget a change as its person."""
    services.forget_change(actor=services.actor_of(user.pk), user_id=user.pk, change_id=number)


def test_recipients_are_told_once_of_all_that_was_changed_and_the_person_can_follow_it() -> None:
    user = make_user()
    write(user)
    make_recipient()
    make_recipient("Other", slugs=["accounts-session"])
    write(user, name="Mara L.", phone="")
    write(user, name="Mara Lindqvist", phone="")
    assert profile_history.tell_recipients() == 0  # perhaps there is more to come
    assert let_it_rest() == 1
    assert profile_history.tell_recipients() == 0
    request = run(RightsRequest.objects.get())
    assert (request.right, request.state, request.subject_user) == (Right.RECTIFICATION, State.COMPLETED, user)
    told = {made.field: (made.old, made.new) for made in opened(RecipientNotice.objects.get()).corrections}
    assert told == {"Name": ("Mara", "Mara Lindqvist"), "Phone": ("", "")}
    assert not SentMessage.objects.filter(about=request.pk).exists(), "no letter speaks of what they did not ask"
    said = {entry.title for entry in timeline(request)}
    assert said >= {"You corrected this yourself", "We looked up whom to tell"}


def test_without_a_recipient_nothing_waits_and_a_change_can_be_forgotten_at_once() -> None:
    user = make_user()
    write(user)
    change = ProfileChange.objects.all()[0]
    assert let_it_rest() == 0
    forget(user, change.pk)
    assert not ProfileChange.objects.filter(pk=change.pk).exists()
    assert not RightsRequest.objects.exists()


def test_a_change_is_not_forgotten_before_it_was_told_nor_told_beside_another_rectification() -> None:
    user = make_user()
    make_recipient()
    other = make_request(user, Right.RECTIFICATION)
    write(user)
    change = ProfileChange.objects.all()[0]
    assert let_it_rest() == 0
    forget(user, change.pk)
    assert ProfileChange.objects.filter(pk=change.pk).exists()
    RightsRequest.objects.filter(pk=other.pk).update(state=State.WITHDRAWN, closed_at=Now())
    assert let_it_rest() == 1
    forget(user, change.pk)
    assert not ProfileChange.objects.filter(pk=change.pk).exists()


def test_it_is_not_in_the_way_of_what_the_person_asks(settings: Any) -> None:
    user = make_user()
    make_recipient()
    write(user)
    assert let_it_rest() == 1
    settings.REQUESTS_PER_DAY = 1
    asked = filed(user, Right.RECTIFICATION, "My order shows a wrong date.")
    assert (asked.message, RightsRequest.objects.count()) == ("My order shows a wrong date.", 2)
    with pytest.raises(TooMany):
        filed(user, Right.ACCESS)


def test_what_fails_for_one_person_keeps_nobody_else_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = make_user(), make_user()
    make_recipient()

    def take(user_id: UUID, *_about: object) -> bool:
        if user_id == first.pk:
            raise RuntimeError
        return True

    monkeypatch.setattr(rectified, "_followers", [rectified.Follower(own_corrections.wants, take)])
    for user in (first, second):
        write(user)
    assert let_it_rest() == 1
    assert set(ProfileChange.objects.filter(to_tell=True).values_list("user_id", flat=True)) == {first.pk}
