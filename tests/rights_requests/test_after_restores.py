"""What a restored backup's erasure left for a legal hold is asked for again when the hold has ended (Art. 17)."""

from uuid import uuid4

import pytest
from django.core.management import call_command
from post_office.models import Email

from accounts.models import User
from privacy import holds, ledger
from privacy.actors import SYSTEM
from privacy.case_words import EntryKind
from privacy.data_map.held import holdable
from privacy.data_map.subject import subject_of_user
from privacy.models import CaseEntry, LegalHold
from privacy.vocabulary import LedgerKind, Right
from rights_requests import states
from rights_requests.models import Message, RightsRequest, State
from rights_requests.services import after_restores, deciding
from rights_requests.vocabulary import MessageKind
from tests.factories import make_message, make_user
from tests.privacy.holding import MESSAGES, hold, lost, officer
from tests.rights_requests.scenario import filed, run, staff_actor
from visitors.models import ContactMessage

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.promise("P5.3"), pytest.mark.promise("P4.1")]


@pytest.fixture
def ann() -> User:
    """Somebody of whom an erasure left everything for a hold, and the database is the backup from before both."""
    user = make_user("ann@example.org")
    make_message(user.email)
    hold(user)
    spared = " ".join(sorted(one.slug() for one in holdable()))
    digests = subject_of_user(user.pk).digests()
    ledger.note(kind=LedgerKind.ERASURE, request_id=uuid4(), digests=digests, scope=spared)
    lost()
    call_command("reapply_ledger")
    Email.objects.all().delete()
    return user


def ends() -> None:
    """Somebody ends the hold that came back."""
    holds.end(actor=officer(), hold_id=LegalHold.objects.get().pk, text="Settled.")


def test_nothing_is_asked_for_while_the_hold_is_in_force(ann: User) -> None:
    assert after_restores.file_again() == 0
    assert not RightsRequest.objects.exists()


def test_it_is_filed_once_and_two_people_erase_what_was_left(ann: User) -> None:
    ends()
    assert (after_restores.file_again(), after_restores.file_again()) == (1, 0)
    request = RightsRequest.objects.get()
    assert (request.right, request.state, states.takes_two(request)) == (Right.ERASURE, State.RECEIVED, True)
    assert "That hold has ended." in Message.objects.get(request=request, kind=MessageKind.NOTE).text
    assert request.reference in CaseEntry.objects.filter(kind=EntryKind.NOTED).latest("pk").text
    assert not Email.objects.exists(), "they asked before the backup, and were told then"
    deciding.prepare(request_id=request.pk, actor=staff_actor(), plan_hash=request.plan_hash)
    Email.objects.all().delete()
    deciding.approve(request_id=request.pk, actor=staff_actor(), plan_hash=request.plan_hash)
    assert run(request).state == State.COMPLETED
    assert not User.objects.filter(pk=ann.pk).exists()
    assert not ContactMessage.objects.exists()
    assert after_restores.file_again() == 0


def test_while_they_ask_for_it_themselves_nothing_is_filed_and_what_another_hold_keeps_stays(ann: User) -> None:
    ends()
    User.objects.filter(pk=ann.pk).update(is_active=True)
    hold(ann, MESSAGES)
    own = filed(ann, Right.ERASURE)
    assert after_restores.file_again() == 0
    deciding.prepare(request_id=own.pk, actor=staff_actor(), plan_hash=own.plan_hash)
    deciding.approve(request_id=own.pk, actor=staff_actor(), plan_hash=own.plan_hash)
    assert run(own).state == State.COMPLETED
    assert ContactMessage.objects.exists()


def test_where_nobody_is_left_the_note_says_so_and_nothing_is_filed(ann: User) -> None:
    ends()
    ContactMessage.objects.all().delete()
    User.objects.filter(pk=ann.pk).delete()
    assert (after_restores.file_again(), after_restores.file_again()) == (0, 0)
    assert not RightsRequest.objects.exists()
    last = CaseEntry.objects.filter(kind=EntryKind.NOTED).latest("pk")
    assert (last.text, last.by_id) == ("Nothing of it is left.", SYSTEM.user_id)
