"""The audit: what may be written, that it cannot be changed, and that a change from below is noticed."""

import threading
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections, transaction

from privacy import audit
from privacy.actors import SYSTEM, Actor
from privacy.models import AuditEntry, AuditSeal
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def write(count: int = 1) -> list[AuditEntry]:
    with transaction.atomic():
        return [audit.record(event="test.happened", actor=SYSTEM, data={"number": number}) for number in range(count)]


def tamper(sql: str) -> None:
    """Change rows past the triggers, as whoever has the database server in hand could."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def test_entries_are_numbered_without_gaps_and_chained() -> None:
    first, second, third = write(3)
    assert [first.seq, second.seq, third.seq] == [1, 2, 3]
    assert first.prev_hash == audit.GENESIS
    assert (second.prev_hash, third.prev_hash) == (first.hash, second.hash)
    assert audit.verify() == audit.VerifyResult(ok=True, entries=3, first_bad_seq=None, seals=0)


def test_an_empty_audit_is_whole() -> None:
    assert audit.verify().ok


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        audit.record(event="test.happened", actor=SYSTEM)


@pytest.mark.parametrize("event", ["happened", "Test.happened", "test happened", "test.", ""])
def test_an_event_that_is_not_named_as_events_are_is_refused(event: str) -> None:
    with pytest.raises(ValueError, match=r"noun\.past_participle"):
        audit.record(event=event, actor=SYSTEM)


@pytest.mark.parametrize("value", ["ann@example.org", "Ann Smith", "", "x" * 65, None, 1.5, ["a"]])
def test_free_text_and_addresses_cannot_be_written(value: object) -> None:
    with pytest.raises(ValueError, match="closed vocabulary"):
        audit.record(event="test.happened", actor=SYSTEM, data={"value": value})  # type: ignore[dict-item]


def test_a_key_that_is_free_text_is_refused() -> None:
    with pytest.raises(ValueError, match="not a word"):
        audit.record(event="test.happened", actor=SYSTEM, data={"ann@example.org": 1})


def test_an_account_is_never_named_by_its_id() -> None:
    with pytest.raises(ValueError, match="subject_digest"):
        audit.record(event="test.happened", actor=SYSTEM, about=make_user())


def test_a_subject_who_acts_is_labelled_by_digest_and_staff_by_id() -> None:
    user_id = uuid4()
    assert str(Actor.subject(user_id, "a1" * 32)) == "subject:a1a1a1a1a1a1a1a1"
    assert str(Actor.staff(user_id)) == f"staff:{user_id}"
    assert str(SYSTEM) == "system"


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE privacy_auditentry SET event = 'test.other' WHERE seq = 2",
        "DELETE FROM privacy_auditentry WHERE seq = 2",
        "TRUNCATE privacy_auditentry",
        "UPDATE privacy_auditseal SET last_seq = 0",
        "DELETE FROM privacy_auditseal",
        "TRUNCATE privacy_auditseal",
    ],
)
def test_the_database_refuses_to_change_what_was_written(sql: str) -> None:
    write(3)
    audit.seal_day()
    refused = pytest.raises(IntegrityError, match=r"can be added but never changed|go when their term is over")
    with refused, transaction.atomic():
        connection.cursor().execute(sql)
    assert audit.verify().ok


@pytest.mark.parametrize(
    ("change", "first_bad"),
    [
        ("UPDATE privacy_auditentry SET event = 'test.other' WHERE seq = 2", 2),
        ("UPDATE privacy_auditentry SET data = '{\"number\": 7}' WHERE seq = 3", 3),
        ("UPDATE privacy_auditentry SET occurred_at = occurred_at + interval '1 microsecond' WHERE seq = 1", 1),
        ("UPDATE privacy_auditentry SET actor = 'staff:someone' WHERE seq = 4", 4),
        ("DELETE FROM privacy_auditentry WHERE seq = 2", 3),
        ("DELETE FROM privacy_auditentry WHERE seq = 1", 2),
        (
            """INSERT INTO privacy_auditentry
            SELECT 5, occurred_at, event, actor, subject_digest, object_type, object_id, data, hash, repeat('f', 64)
            FROM privacy_auditentry WHERE seq = 4""",
            5,
        ),
    ],
)
def test_a_row_altered_removed_or_inserted_from_below_is_found(change: str, first_bad: int) -> None:
    write(4)
    tamper(change)
    result = audit.verify()
    assert (result.ok, result.first_bad_seq) == (False, first_bad)


def test_a_chain_rewritten_from_a_point_on_is_found_by_its_seal() -> None:
    """Whoever recomputes every later hash still cannot sign."""
    entries = write(3)
    audit.seal_day()
    rewritten = entries[1]
    rewritten.event = "test.other"
    rewritten.hash = audit.entry_hash(rewritten)
    entries[2].prev_hash = rewritten.hash
    entries[2].hash = audit.entry_hash(entries[2])
    tamper(
        f"UPDATE privacy_auditentry SET event = 'test.other', hash = '{rewritten.hash}' WHERE seq = 2;"
        f"UPDATE privacy_auditentry SET prev_hash = '{rewritten.hash}', hash = '{entries[2].hash}' WHERE seq = 3"
    )
    assert audit.verify().first_bad_seq == 3
    tamper(f"UPDATE privacy_auditseal SET last_hash = '{entries[2].hash}'")
    assert audit.verify().first_bad_seq == 3


def test_entries_cut_off_the_end_are_found_by_the_seal() -> None:
    write(3)
    audit.seal_day()
    tamper("DELETE FROM privacy_auditentry WHERE seq = 3")
    assert audit.verify().first_bad_seq == 3


def test_the_audit_is_sealed_once_a_day() -> None:
    write(2)
    seal = audit.seal_day()
    assert seal is not None
    assert (seal.last_seq, len(seal.key_id)) == (2, 16)
    write(1)
    assert audit.seal_day() == seal
    assert AuditSeal.objects.count() == 1
    assert audit.verify() == audit.VerifyResult(ok=True, entries=3, first_bad_seq=None, seals=1)


def test_an_empty_audit_is_not_sealed() -> None:
    assert audit.seal_day() is None


def test_a_rolled_back_entry_leaves_no_gap() -> None:
    write(1)
    with transaction.atomic():
        audit.record(event="test.happened", actor=SYSTEM)
        transaction.set_rollback(True)
    write(1)
    assert audit.verify() == audit.VerifyResult(ok=True, entries=2, first_bad_seq=None, seals=0)


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_time_never_fork_the_chain() -> None:
    def work() -> None:
        try:
            for _round in range(5):
                write(2)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert audit.verify() == audit.VerifyResult(ok=True, entries=40, first_bad_seq=None, seals=0)


def test_the_commands_tell_what_they_found(capsys: pytest.CaptureFixture[str]) -> None:
    say: Callable[..., object] = call_command
    say("seal_audit")
    write(2)
    say("seal_audit")
    say("verify_audit")
    tamper("UPDATE privacy_auditentry SET event = 'test.other' WHERE seq = 1")
    with pytest.raises(CommandError, match="broken at entry 1"):
        say("verify_audit")
    told = capsys.readouterr().out
    assert "nothing to seal" in told
    assert "Sealed up to entry 2" in told
    assert "2 entries, 1 seals" in told
