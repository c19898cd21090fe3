"""Notes about impact: versions that nobody changes, nobody's words lost, and a review that is asked for."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from accounts.models import User
from accounts.roles import OFFICERS, PERMISSIONS
from privacy.actors import SYSTEM, Actor
from privacy.models import ImpactAssessment
from privacy.registers import telling
from privacy.registers.assessing import Note, WrittenMeanwhile, write
from privacy.vocabulary import AssessmentOutcome, Purpose
from tests.factories import make_customer, make_staff
from tests.rights_requests.browsing import said
from tests.rights_requests.desk import browser
from tests.rights_requests.recipients.register import make_recipient

pytestmark = pytest.mark.django_db
PAGE = "admin:registers_assessment"


@pytest.fixture
def user() -> User:
    """The data protection officer."""
    return make_staff(perms=PERMISSIONS[OFFICERS])


@pytest.fixture
def officer(user: User) -> Client:
    """Their browser."""
    return browser(user)


def note(**changes: Any) -> Note:
    """What was thought."""
    words = {"necessity": "Needed.", "risks": "Few.", "measures": "Many."}
    days = {"reviewed_on": timezone.localdate(), "next_review_on": timezone.localdate() + timedelta(365)}
    return Note(**{"outcome": AssessmentOutcome.DONE, **words, **days, **changes})


def typed(based_on: int, **changes: Any) -> dict[str, Any]:
    """The same as it is typed."""
    filled = note(**changes)
    return {**vars(filled), "outcome": filled.outcome.value, "based_on": based_on}


def test_a_version_replaces_the_last_and_both_are_kept(officer: Client, user: User) -> None:
    page = reverse(PAGE, args=["support"])
    assert officer.post(page, typed(0)).status_code == 302
    assert officer.post(page, typed(1, risks="Two.")).status_code == 302
    text = said(officer.get(page))
    assert all(words in text for words in ("Version 2", "Version 1", user.email))
    assert "Read the note" in said(officer.get(reverse("admin:registers_record")))
    assert list(ImpactAssessment.objects.values_list("version", "risks")) == [(2, "Two."), (1, "Few.")]


def test_the_second_of_two_is_told_and_loses_nothing(officer: Client) -> None:
    page = reverse(PAGE, args=["support"])
    officer.post(page, typed(0, risks="Theirs."))
    answer = officer.post(page, typed(0, risks="Mine."))
    assert answer.status_code == 409
    text = said(answer)
    assert all(words in text for words in ("A colleague saved version 1 meanwhile", "Mine.", "Theirs."))
    assert ImpactAssessment.objects.count() == 1
    assert 'value="1"' in answer.content.decode()  # sent again, it is the version after theirs
    assert officer.post(page, typed(1, risks="Mine.")).status_code == 302


def test_mistakes_are_said_at_their_fields(officer: Client) -> None:
    page = reverse(PAGE, args=["support"])
    wrong = typed(
        0, necessity="", risks="", reviewed_on=timezone.localdate() + timedelta(1), next_review_on=timezone.localdate()
    )
    text = said(officer.post(page, wrong))
    for sentence in ("an authority will ask", "say above that no assessment is needed", "This day is still to come"):
        assert sentence in text
    assert officer.get(reverse(PAGE, args=["nothing-such"])).status_code == 404


def test_who_may_only_look_writes_nothing() -> None:
    looker = browser(make_staff(perms=["privacy.view_impactassessment"]))
    page = reverse(PAGE, args=["support"])
    assert "Save this version" not in said(looker.get(page))
    assert looker.post(page, typed(0)).status_code == 403
    with pytest.raises(PermissionDenied):
        write(actor=SYSTEM, processing="support", based_on=0, note=note())


BROKEN = {
    "no reason": {"necessity": ""},
    "no risks": {"risks": ""},
    "no review to come": {"reviewed_on": date(2026, 11, 2), "next_review_on": date(2026, 11, 2)},
}


@pytest.mark.parametrize("case", BROKEN)
def test_the_database_refuses_half_a_note(user: User, case: str) -> None:
    with pytest.raises(IntegrityError):
        write(actor=Actor.staff(user.pk), processing="support", based_on=0, note=note(**BROKEN[case]))


def test_no_version_is_changed_or_written_twice(user: User) -> None:
    actor = Actor.staff(user.pk)
    written = write(actor=actor, processing="support", based_on=0, note=note())
    with pytest.raises(WrittenMeanwhile):
        write(actor=actor, processing="support", based_on=0, note=note())
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        ImpactAssessment.objects.filter(pk=written.pk).update(risks="None.")
    with pytest.raises(IntegrityError, match="assessment_version_once"), transaction.atomic():
        ImpactAssessment.objects.create(processing="support", version=1, **vars(note()))


@pytest.mark.promise("P7.4")
def test_the_officer_is_told_once_of_what_ends_and_what_is_due(user: User, settings: Any) -> None:
    settings.DATA_PROTECTION_OFFICER = "Ines <dpo@occicor.example>"
    today = timezone.localdate()
    signed = {"agreement_signed_on": today - timedelta(90)}
    recipient = make_recipient("Soon", **signed, agreement_ends_on=today + timedelta(60))
    make_recipient("Later", **signed, agreement_ends_on=today + timedelta(61))
    make_recipient("Former", **signed, agreement_ends_on=today - timedelta(1), active=False)
    make_customer("Shop", **signed, agreement_ended_on=today + timedelta(5))
    past = note(reviewed_on=today - timedelta(9), next_review_on=today - timedelta(1))
    write(actor=Actor.staff(user.pk), processing=Purpose.SUPPORT, based_on=0, note=past)
    assert telling.tell_due() == 3
    assert telling.tell_due() == 0
    subjects = set(Email.objects.filter(to=["dpo@occicor.example"]).values_list("subject", flat=True))
    assert subjects == {
        "An agreement ends: Soon",
        "An agreement ends: Shop",
        "To be looked at again: the assessment of a processing",
    }
    type(recipient).objects.filter(pk=recipient.pk).update(agreement_ends_on=today + timedelta(50))
    assert telling.tell_due() == 1  # another day is another message
