"""Legal holds: who is held, who may know of it, who ends it; and what the database refuses whoever asks."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from post_office.models import Email

from accounts.models import User
from privacy import holds
from privacy.case_errors import AlreadyDone, CaseError, DayPassed, NobodyKnown, SecondPersonNeeded
from privacy.case_words import EntryKind, HoldReason
from privacy.data_map.held import held_parts, with_what_they_hang_on
from privacy.data_map.plan import plan
from privacy.data_map.reach import rows
from privacy.data_map.registry import registry
from privacy.data_map.subject import Subject, subject_of_user
from privacy.models import AuditEntry, CaseEntry, HeldDigest, LegalHold
from privacy.vocabulary import Action, Right
from tests.factories import make_customer, make_enrolment, make_message, make_staff, make_user
from tests.guards.sources import ROOT, python_files
from tests.privacy.holding import MESSAGES, hold, officer

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P3.1"), pytest.mark.promise("P4.1")]
PROFILE, ACCOUNT = "accounts-profile", "accounts-user"


@pytest.fixture
def ann() -> User:
    user = make_user("ann@example.org")
    make_message(user.email)
    return user


def mine(user: User) -> frozenset[str]:
    return subject_of_user(user.pk).digests()


def test_one_query_says_which_of_many_people_are_held_and_on_what(ann: User) -> None:
    bob = make_user()
    hold(ann, MESSAGES)
    both = mine(ann) | mine(bob)
    with CaptureQueriesContext(connection) as asked:
        found = holds.held(both, MESSAGES)
    assert (len(asked), found) == (1, mine(ann))
    assert holds.held(mine(ann) | mine(bob)) == mine(ann)
    assert holds.held(mine(ann), PROFILE) == frozenset()
    assert holds.held([], MESSAGES) == frozenset()


def test_a_hold_on_everybody_holds_whoever_asks_on_that_holding_alone(ann: User) -> None:
    bob = make_user()
    hold(None, MESSAGES, reason=HoldReason.ORDER)
    assert holds.held(mine(bob), MESSAGES) == mine(bob)
    assert holds.held(mine(bob), PROFILE) == frozenset()
    with pytest.raises(CaseError):
        hold(None)


def test_what_a_held_row_hangs_on_stays_with_it(ann: User) -> None:
    assert with_what_they_hang_on([PROFILE]) == [PROFILE, ACCOUNT]
    assert set(held_parts(mine(ann))) == set()
    hold(ann, PROFILE)
    assert set(held_parts(mine(ann))) == {PROFILE, ACCOUNT}


@pytest.mark.parametrize("more", [{}, {"telling_forbidden": True, "power": "Art. 706-102"}])
def test_the_plan_of_an_erasure_keeps_what_is_held_with_the_exception_of_the_law(ann: User, more: Any) -> None:
    before = plan(subject_of_user(ann.pk), Right.ERASURE)
    hold(ann, MESSAGES, **more)
    after = plan(subject_of_user(ann.pk), Right.ERASURE)
    (item,) = [item for item in after.items if item.slug == MESSAGES]
    article = "17(3)(b)" if more else "17(3)(e)"
    assert (item.action, article in item.reason) == (Action.KEEP, True)
    assert before.hash != after.hash
    assert next(i.action for i in before.items if i.slug == PROFILE) is next(
        i.action for i in after.items if i.slug == PROFILE
    )


def test_a_person_sees_a_hold_only_while_telling_is_not_forbidden(ann: User) -> None:
    def seen() -> int:
        return rows(registry.holdings["privacy.legalhold"], subject_of_user(ann.pk)).count()

    secret = hold(ann, telling_forbidden=True, power="Art. 706-102")
    assert (seen(), holds.held(mine(ann))) == (0, mine(ann))
    holds.let_tell(actor=officer(), hold_id=secret.pk, text="The inquiry is public now.")
    assert seen() == 1
    with pytest.raises(AlreadyDone):
        holds.let_tell(actor=officer(), hold_id=secret.pk, text="Again.")


def test_it_takes_two_and_the_second_is_told_when_a_colleague_was_quicker(ann: User) -> None:
    actor = officer()
    found = hold(ann, actor=actor)
    with pytest.raises(SecondPersonNeeded):
        holds.end(actor=actor, hold_id=found.pk, text="Over.")
    holds.review(actor=officer(), hold_id=found.pk, next_on=timezone.localdate() + timedelta(days=9), text="Still.")
    holds.end(actor=officer(), hold_id=found.pk, text="Over.")
    with pytest.raises(AlreadyDone):
        holds.end(actor=officer(), hold_id=found.pk, text="Over.")
    assert holds.held(mine(ann)) == frozenset()
    kinds = [EntryKind.OPENED, EntryKind.REVIEWED, EntryKind.ENDED]
    assert list(CaseEntry.objects.values_list("kind", flat=True)) == kinds
    events = ["legal_hold.opened", "legal_hold.reviewed", "legal_hold.ended"]
    assert list(AuditEntry.objects.filter(event__startswith="legal_hold").values_list("event", flat=True)) == events


def test_what_is_asked_for_in_vain_is_said_in_words(ann: User) -> None:
    staff = make_staff()
    why = holds.Why(HoldReason.ORDER, "Kept.")
    later = timezone.localdate() + timedelta(days=1)
    given: dict[str, Any] = {"actor": officer(), "slugs": [], "why": why, "reviewer_id": staff.pk, "review_on": later}
    stranger = holds.Whom(Subject(emails=frozenset({"nobody@example.org"})))
    with pytest.raises(NobodyKnown):
        holds.open_hold(**given, whom=stranger)
    known = holds.Whom(subject_of_user(ann.pk))
    with pytest.raises(DayPassed):
        holds.open_hold(**given | {"review_on": timezone.localdate()}, whom=known)
    with pytest.raises(SecondPersonNeeded):
        holds.open_hold(**given | {"reviewer_id": given["actor"].user_id}, whom=known)
    with pytest.raises(CaseError):
        holds.open_hold(**given | {"why": holds.Why(HoldReason.ORDER, "Kept.", "", True)}, whom=known)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("reviewer_id = opened_by_id", "hold_reviewed_by_another"),
        ("ended_at = now(), ended_by_id = opened_by_id", "hold_ended_by_another"),
        ("ended_by_id = reviewer_id", "hold_ended_whole"),
        ("text = 'other'", "only its reviews"),
        ("telling_forbidden = true", "only its reviews"),
    ],
)
def test_the_database_refuses_what_must_not_be(ann: User, change: str, named: str) -> None:
    hold(ann)
    refused = pytest.raises((IntegrityError, DatabaseError), match=named)
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE privacy_legalhold SET {change}")


@pytest.mark.parametrize("table", ["privacy_legalhold", "privacy_helddigest", "privacy_caseentry"])
def test_nothing_of_a_hold_in_force_can_be_removed(ann: User, table: str) -> None:
    hold(ann)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")
    with pytest.raises(DatabaseError), transaction.atomic():
        CaseEntry.objects.update(text="other")


def test_a_hold_is_not_shaken_off_by_another_address_nor_by_joining_later(ann: User) -> None:
    hold(ann)
    moved = Subject(user_id=ann.pk, emails=frozenset({"new@example.org"}))
    assert holds.extend(subject=moved) == 1
    assert holds.held(moved.digests()) == moved.digests()
    customer = make_customer()
    hold(whom=holds.Whom(group=f"customer:{customer.pk}"))
    late = make_enrolment("late@customer.example", customer=customer)
    assert holds.held(late.subject.digests()) == frozenset()
    assert holds.refresh_groups() == 1
    assert holds.held(late.subject.digests()) == late.subject.digests()
    assert holds.refresh_groups() == 0


def test_whoever_is_to_look_again_is_written_to_once_for_each_day_that_was_set(ann: User) -> None:
    found = hold(ann)
    assert holds.remind() == 0
    LegalHold.objects.filter(pk=found.pk).update(review_on=timezone.localdate())
    assert (holds.remind(), holds.remind()) == (1, 0)
    letter = Email.objects.get()
    assert f"/admin/privacy/legalhold/{found.pk}/" in letter.message
    assert "ann@example.org" not in letter.message
    assert HeldDigest.objects.filter(hold=found).count() == len(mine(ann))


def test_no_two_parts_of_the_site_wait_for_each_other_by_one_number() -> None:
    """The lock of whoever leads the scheduler is held for days: a hold with its number would never be opened."""
    numbers = [
        found
        for path in python_files(ROOT)
        if path.relative_to(ROOT).parts[0] != "tests"
        for found in re.findall(r"^[A-Z_]*LOCK = ([\d_]{10,})$", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert len(numbers) > 3
    assert sorted(numbers) == sorted(set(numbers))
