"""An old backup loses no legal hold, brings back none that has ended, and what an erasure left for one stays."""

from typing import Any
from unittest import mock
from uuid import uuid4

import pytest
from django.core.management import call_command
from post_office.models import Email

from accounts.models import User
from privacy import holds, ledger
from privacy.case_words import EntryKind, HoldScope
from privacy.data_map.held import holdable
from privacy.data_map.subject import subject_of_user
from privacy.models import CaseEntry, HeldDigest, LedgerEntry, LegalHold
from privacy.vocabulary import LedgerKind
from tests.factories import make_customer, make_enrolment, make_message, make_staff, make_user
from tests.privacy.holding import MESSAGES, hold, lost, officer
from visitors.models import ContactMessage

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P3.1"), pytest.mark.promise("P4.1")]
SAME = ("scope", "subject_digest", "group", "slugs", "reason", "telling_forbidden", "opened_at")


@pytest.fixture
def ann() -> User:
    user = make_user("ann@example.org")
    make_message(user.email)
    return user


def mine(user: User) -> frozenset[str]:
    return subject_of_user(user.pk).digests()


@pytest.mark.parametrize("more", [{}, {"telling_forbidden": True, "power": "Art. 706-102"}])
@pytest.mark.parametrize("slugs", [(), (MESSAGES,)])
def test_a_hold_of_the_lost_time_is_in_force_again_and_waits_for_an_officer(ann: User, slugs: Any, more: Any) -> None:
    before = hold(ann, *slugs, **more)
    before.refresh_from_db()
    shown = HeldDigest.objects.exclude(shown_to=None).count()
    lost()
    assert not holds.held(mine(ann))
    call_command("reapply_ledger")
    again = LegalHold.objects.get()
    assert [getattr(again, name) for name in SAME] == [getattr(before, name) for name in SAME]
    assert holds.held(mine(ann), MESSAGES) == mine(ann)
    assert HeldDigest.objects.exclude(shown_to=None).count() == shown
    assert list(holds.due()) == [again], "who was to look at it is lost, and so is what it is about"
    assert (again.opened_by_id, again.reviewer_id) == (None, None)
    line = LedgerEntry.objects.get(kind=LedgerKind.HOLD).line
    assert "ann@example.org" not in line
    assert "A claim of 2 March" not in line


def test_whoever_may_end_a_hold_is_written_to_where_nobody_is_to_look_at_it(ann: User) -> None:
    staff = make_staff(superuser=True)
    hold(ann)
    lost()
    call_command("reapply_ledger")
    assert (holds.remind(), holds.remind()) == (1, 0)
    assert Email.objects.get().to == [staff.email]


def test_a_hold_on_a_customer_and_one_on_everybody_come_back_for_whoever_is_there(ann: User) -> None:
    customer = make_customer()
    enrolled = make_enrolment("late@customer.example", customer=customer).subject.digests()
    hold(whom=holds.Whom(group=f"customer:{customer.pk}"))
    hold(None, MESSAGES)
    lost()
    call_command("reapply_ledger")
    assert set(LegalHold.objects.values_list("scope", flat=True)) == {HoldScope.GROUP, HoldScope.EVERYBODY}
    assert holds.held(enrolled) == enrolled
    assert holds.held(mine(ann), MESSAGES) == mine(ann)


def test_what_an_erasure_of_the_lost_time_left_for_a_hold_stays_and_nobody_signs_in_with_it(ann: User) -> None:
    held = hold(ann)
    spared = " ".join(sorted(one.slug() for one in holdable()))
    ledger.note(kind=LedgerKind.ERASURE, request_id=uuid4(), digests=mine(ann), scope=spared)
    lost()
    call_command("reapply_ledger")
    assert ContactMessage.objects.exists()
    assert not User.objects.get(pk=ann.pk).is_active
    again = LegalHold.objects.get()
    assert again.pk != held.pk or again.opened_by_id is None
    noted = CaseEntry.objects.get(hold=again, kind=EntryKind.NOTED)
    assert "entry 2 of the ledger" in noted.text, "whoever ends the hold learns what then has to go"


def test_a_hold_that_ended_in_the_lost_time_ends_again_and_one_that_the_backup_does_not_know_too(ann: User) -> None:
    hold(ann)
    hold(make_user(), MESSAGES)
    for each in LegalHold.objects.all():
        holds.end(actor=officer(), hold_id=each.pk, text="Over.")
    first = LegalHold.objects.earliest("pk")
    back = f"UPDATE privacy_legalhold SET ended_at = NULL, ended_by_id = NULL WHERE id = {first.pk};"
    lost(f"{back} DELETE FROM privacy_helddigest WHERE hold_id <> {first.pk};"
         f" DELETE FROM privacy_caseentry WHERE hold_id <> {first.pk};"
         f" DELETE FROM privacy_legalhold WHERE id <> {first.pk}", known=1)  # fmt: skip
    assert holds.held(mine(ann))
    call_command("reapply_ledger")
    assert not holds.held(mine(ann))
    assert LegalHold.objects.filter(ended_at__isnull=False).count() == 2


def test_that_people_may_be_told_is_said_again(ann: User) -> None:
    secret = hold(ann, telling_forbidden=True, power="Art. 706-102")
    holds.let_tell(actor=officer(), hold_id=secret.pk, text="The inquiry is public now.")
    lost()
    call_command("reapply_ledger")
    assert LegalHold.objects.get().telling_forbidden is False
    assert not HeldDigest.objects.filter(shown_to=None).exists()


def test_a_hold_from_before_is_entered_by_the_chore_and_only_once(ann: User) -> None:
    with mock.patch.object(holds, "_note"):
        hold(ann)
    assert not LedgerEntry.objects.exists()
    assert (holds.keep_on_record(), holds.keep_on_record()) == (1, 0)
    entry = LedgerEntry.objects.get()
    assert set(entry.digests.values_list("digest", flat=True)) == mine(ann)


def test_every_holding_that_can_be_held_fits_into_an_entry() -> None:
    """Nothing is named at all where everything stays: this is the longest there can be."""
    found = hold(None, *(one.slug() for one in holdable()))
    assert len(LedgerEntry.objects.get(request_id=found.ref).scope) <= 2000


def test_an_entry_that_names_nobody_is_taken_for_holds_alone() -> None:
    with pytest.raises(ValueError, match="names nobody"):
        ledger.note(kind=LedgerKind.ERASURE, request_id=uuid4(), digests=())
