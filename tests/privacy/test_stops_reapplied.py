"""An old backup undoes no restriction, no objection, no protection of a child, and no lifting of one."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from privacy import ledger, restriction
from privacy.actors import SYSTEM, Actor
from privacy.data_map.subject import Subject, subject_of_user
from privacy.models import LedgerEntry, ProcessingStop
from privacy.restriction import allows, stops_of
from privacy.vocabulary import KIND_OF_GROUND, LedgerKind, Purpose, StopGround, StopKind
from tests.factories import make_user
from tests.privacy.ledgers import forget_after

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P5.4")]
NAMED = {StopGround.OWN_SITUATION: Purpose.IMPROVE, StopGround.MARKETING: Purpose.PROMOTIONAL_MESSAGES}
ANN = Subject(user_id=uuid4(), emails=frozenset({"ann@example.org"}))


def stop(subject: Subject, ground: StopGround, **more: Any) -> ProcessingStop:
    """Stop the use of someone's data, for the purpose that the ground names."""
    who = {"subject_digest": subject.digest, "digests": subject.digests()}
    return restriction.impose(actor=SYSTEM, **who, ground=ground, purpose=NAMED.get(ground), **more)


def lift(subject: Subject) -> None:
    """Lift whatever is in force, after notice where that is due."""
    stops = stops_of(subject)
    restrictions = [each for each in stops if each.kind == StopKind.RESTRICTION]
    restriction.give_notice(actor=SYSTEM, stops=restrictions)
    restriction.lift(actor=Actor.subject(subject.user_id, subject.digest), stops=stops)


def lost(statement: str = "DELETE FROM privacy_stoppeddigest; DELETE FROM privacy_processingstop") -> None:
    """Let the database be the old backup, in which nothing of it happened; the ledger has it all."""
    ledger.write_out()
    forget_after(0)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


@pytest.mark.promise("P9.1")
@pytest.mark.parametrize("request_id", [None, uuid4()])
@pytest.mark.parametrize("ground", StopGround)
def test_each_stop_is_in_force_again_since_the_day_it_was(ground: StopGround, request_id: Any) -> None:
    before = stop(ANN, ground, request_id=request_id)
    noted = LedgerEntry.objects.get().recorded_at
    lost()
    assert not stops_of(ANN)
    call_command("reapply_ledger")
    (again,) = stops_of(Subject(emails=ANN.emails))
    same = ("kind", "ground", "purpose", "request_id")
    assert [getattr(again, name) for name in same] == [getattr(before, name) for name in same]
    assert again.since == noted
    assert {digest.digest for digest in again.digests.all()} == ANN.digests()
    assert not allows(ANN, NAMED.get(ground, Purpose.IMPROVE))


@pytest.mark.parametrize("ground", StopGround)
def test_what_was_lifted_in_the_lost_time_is_lifted_again(ground: StopGround) -> None:
    stop(ANN, ground, request_id=uuid4())
    lift(ANN)
    lost()
    call_command("reapply_ledger")
    assert not stops_of(ANN)
    assert ProcessingStop.objects.filter(ground=ground, lifted_at__isnull=False).count() == 1


def test_a_stop_that_the_backup_still_has_in_force_is_lifted_once_more() -> None:
    stop(ANN, StopGround.CLAIMS)
    lift(ANN)
    lost("UPDATE privacy_processingstop SET notice_at = NULL, lifted_at = NULL")
    assert stops_of(ANN)
    call_command("reapply_ledger")
    assert not stops_of(ANN)
    assert ProcessingStop.objects.count() == 1


def test_an_objection_taken_back_and_made_again_is_in_force() -> None:
    stop(ANN, StopGround.MARKETING)
    lift(ANN)
    stop(ANN, StopGround.MARKETING)
    lost()
    call_command("reapply_ledger")
    assert len(stops_of(ANN)) == 1


def test_the_person_is_known_by_what_the_backup_still_has_of_them() -> None:
    user = make_user("ann@example.org")
    stop(Subject(user_id=user.pk), StopGround.MARKETING)
    lost()
    call_command("reapply_ledger")
    subject = subject_of_user(user.pk)
    assert stops_of(subject)[0].subject_digest == subject.digest
    assert not allows(Subject(emails=subject.emails), Purpose.PROMOTIONAL_MESSAGES)


def test_every_kind_of_stop_has_a_kind_of_entry_and_somebody_who_does_it_again() -> None:
    assert set(restriction.LEDGER_KINDS) == set(KIND_OF_GROUND.values()) == set(StopKind)


@pytest.mark.parametrize("scope", ["accuracy:every:later", "whim:every", "marketing:everything"])
def test_words_that_this_version_does_not_know_leave_the_site_closed(scope: str) -> None:
    ledger.note(kind=LedgerKind.RESTRICTION, request_id=uuid4(), digests=ANN.digests(), scope=scope)
    lost()
    with pytest.raises((ValueError, CommandError)):
        call_command("reapply_ledger")
    assert not stops_of(ANN)
    assert ledger.closed()
