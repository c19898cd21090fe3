"""Accounts that nobody uses: told twice, kept with one press, and erased like any other when nobody keeps them."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core import mail
from django.test import Client
from django.utils import timezone
from post_office.models import Email

from accounts import unused, unused_links
from accounts.models import Session, UnusedNotice, User
from privacy import restriction
from privacy.actors import SYSTEM
from privacy.data_map.subject import subject_of_user
from privacy.jobs import engine
from privacy.models import AuditEntry, Job
from privacy.vocabulary import StopGround
from rights_requests.models import RightsRequest, State
from tests.factories import make_staff, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P3.1")]


def sleeper(days: int, **extra: Any) -> User:
    """Somebody who used their account so many days ago for the last time."""
    user = make_user(**extra)
    User.objects.filter(pk=user.pk).update(used_at=timezone.now() - timedelta(days=days))
    return user


def letters() -> list[tuple[str, str]]:
    return [(row.to[0], row.subject) for row in Email.objects.order_by("id")]


def later(notice: UnusedNotice, days: int) -> None:
    """Move the notice into the past instead of the clock into the future."""
    for field in ("first_at", "second_at", "closes_at"):
        moved = getattr(notice, field)
        setattr(notice, field, moved and moved - timedelta(days=days))
    notice.save()
    User.objects.filter(pk=notice.pk).update(used_at=notice.first_at - timedelta(days=1065))


def test_two_messages_thirty_and_seven_days_before_and_nobody_else_is_told() -> None:
    user = sleeper(1066)
    sleeper(1064), make_user()
    staff = make_staff()
    User.objects.filter(pk=staff.pk).update(used_at=timezone.now() - timedelta(days=2000))
    assert unused.see_to() == 1
    assert unused.see_to() == 0
    notice = UnusedNotice.objects.get()
    assert notice.closes_at - notice.first_at >= timedelta(days=30)
    later(notice, 22)
    assert unused.see_to() == 0
    later(notice, 2)
    assert unused.see_to() == 1
    assert letters() == [
        (user.email, "Do you want to keep your account?"),
        (user.email, "Last message: we are about to close your account"),
    ]
    notice.refresh_from_db()
    assert notice.second_at
    assert notice.closes_at - notice.second_at >= timedelta(days=7)
    assert User.objects.get(pk=user.pk).is_active


def test_who_presses_the_button_keeps_the_account_and_looking_alone_does_nothing(client: Client) -> None:
    user = sleeper(1100)
    unused.see_to()
    link = unused_links.url(user.pk).removeprefix(settings.SITE_URL)
    assert "Keep your account?" in client.get(link).content.decode()
    assert UnusedNotice.objects.exists()
    assert "Nothing was done" in client.post(link, {"act": "other"}, follow=True).content.decode()
    assert "Your account stays" in client.post(link, {"act": "keep"}).content.decode()
    assert not UnusedNotice.objects.exists()
    assert unused.see_to() == 0
    assert AuditEntry.objects.filter(event="account.kept").count() == 1
    assert client.post(link, {"act": "close"}).status_code == 404
    assert client.get("/account/unused/nonsense/").status_code == 404


def test_a_sign_in_or_a_device_that_is_seen_counts_as_use() -> None:
    user, other = sleeper(1100), sleeper(1100)
    unused.see_to()
    assert UnusedNotice.objects.count() == 2
    User.objects.filter(pk=user.pk).update(last_login=timezone.now() + timedelta(seconds=1))
    Session.objects.create(session_key="k", session_data="", expire_date=timezone.now() + timedelta(days=1))
    UserSession.objects.create(user=other, session_key="k", ip="127.0.0.1", user_agent="", data={})
    UserSession.objects.update(last_seen_at=timezone.now() + timedelta(seconds=1))
    assert unused.see_to() == 0
    assert not UnusedNotice.objects.exists()
    assert unused.note_use() == 0


@pytest.mark.django_db(transaction=True)
def test_what_nobody_keeps_is_erased_by_the_engine_with_a_receipt_and_a_last_message() -> None:
    user = sleeper(1100)
    subject = subject_of_user(user.pk)
    unused.see_to()
    notice = UnusedNotice.objects.get()
    notice.second_at = notice.first_at
    notice.save()
    later(notice, 31)
    mail.outbox.clear()
    assert unused.see_to() == 1
    request = RightsRequest.objects.get()
    assert (request.state, request.approved_by_id, request.requester_digest) == (State.APPROVED, None, "unused_account")
    assert unused.see_to() == 0
    engine.run(Job.objects.get(about=request.pk).pk)
    request.refresh_from_db()
    assert request.state == State.COMPLETED
    assert request.receipt.signature
    assert not User.objects.filter(pk=user.pk).exists()
    assert [letter.to for letter in mail.outbox] == [[min(subject.emails)]]
    assert "was not used for years" in mail.outbox[0].body


def test_who_is_restricted_is_neither_told_nor_closed_and_who_wants_it_can_close_at_once() -> None:
    held, free = sleeper(1100), sleeper(1100)
    unused.see_to()
    person = subject_of_user(held.pk)
    who = {"subject_digest": person.digest, "digests": person.digests()}
    restriction.impose(actor=SYSTEM, **who, ground=StopGround.CLAIMS)
    assert not unused.close_now(actor=SYSTEM, user_id=held.pk)
    assert unused.close_now(actor=SYSTEM, user_id=free.pk)
    assert not unused.close_now(actor=SYSTEM, user_id=free.pk)
    UnusedNotice.objects.filter(user=held).delete()
    assert unused.see_to() == 0
