"""The ledger beside its database: written once whatever dies, compared at each look, verified, rebuilt when lost."""

import shutil
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from privacy import audit, ledger
from privacy.actors import SYSTEM
from privacy.data_map.subject import Subject
from privacy.ledger import gate, record
from privacy.ledger.file import ENTRIES, LedgerFile, Pen
from privacy.ledger.gate import Standing
from privacy.ledger.verify import audit_anchors, verify
from privacy.models import AuditEntry, LedgerEntry
from privacy.vocabulary import LedgerKind
from tests.privacy.ledgers import forget_after, head_path, lines, written
from tests.privacy.test_audit import tamper

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P5.3")]
SOMEBODY = Subject(user_id=uuid4(), emails=frozenset({"ann@example.org"}))


@pytest.fixture
def folder(settings: Any) -> Path:
    """The folder of the test's own ledger."""
    return settings.LEDGER_DIR  # type: ignore[no-any-return]


def unwritten(request_id: UUID | None = None, kind: LedgerKind = LedgerKind.ERASURE, scope: str = "") -> LedgerEntry:
    """An entry about somebody that is in the database only, as after a death right behind the commit."""
    digests = SOMEBODY.digests()
    return ledger.note(kind=kind, request_id=request_id or uuid4(), digests=digests, scope=scope)


def note(request_id: UUID | None = None, kind: LedgerKind = LedgerKind.ERASURE, scope: str = "") -> LedgerEntry:
    """An entry about somebody that is in the file."""
    row = unwritten(request_id, kind, scope)
    ledger.write_out()
    row.refresh_from_db()
    return row


def natural_keys() -> list[tuple[str, UUID, str]]:
    """What the file knows, in its order."""
    return [entry.natural_key for entry in LedgerFile().entries()]


@pytest.mark.django_db(transaction=True)
def test_an_entry_is_in_the_file_as_soon_as_its_transaction_is() -> None:
    with transaction.atomic():
        row = unwritten(kind=LedgerKind.OBJECTION, scope="promotional_messages")
        assert LedgerFile().head() is None
    row.refresh_from_db()
    (entry,) = LedgerFile().entries()
    assert (entry.seq, entry.hash) == (row.seq, row.hash) == (1, ledger.place_of(row)["hash"])
    assert entry.natural_key == ("objection", row.request_id, "promotional_messages")
    assert set(entry.digests) == SOMEBODY.digests()
    assert gate.standing() == Standing.AGREED


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_leaves_no_line() -> None:
    with transaction.atomic():
        unwritten()
        transaction.set_rollback(True)
    assert ledger.write_out() == 0
    assert LedgerFile().head() is None


def test_a_request_has_one_entry_of_a_kind_however_often_it_is_noted() -> None:
    request_id = uuid4()
    assert note(request_id).pk == note(request_id).pk
    note(request_id, LedgerKind.RESTRICTION)
    assert natural_keys() == [("erasure", request_id, ""), ("restriction", request_id, "")]


def test_an_entry_without_a_digest_is_refused() -> None:
    with pytest.raises(ValueError, match="names nobody"):
        ledger.note(kind=LedgerKind.ERASURE, request_id=uuid4(), digests=())


def test_nothing_that_names_the_person_reaches_the_file_or_the_database() -> None:
    row = note()
    said = (b"".join(lines()).decode() + row.line).lower()
    assert [name for name in SOMEBODY.identifiers() if name in said] == []


@pytest.mark.django_db(transaction=True)
def test_what_could_not_be_written_after_the_commit_is_written_later() -> None:
    with mock.patch.object(record, "write_out", side_effect=OSError("away")):
        row = unwritten()
    assert LedgerFile().head() is None
    assert gate.standing() == Standing.AGREED
    assert ledger.write_out() == 1
    assert natural_keys() == [("erasure", row.request_id, "")]


def test_a_death_between_the_line_and_the_database_is_no_old_backup_and_doubles_nothing() -> None:
    note()
    row = unwritten()
    with mock.patch.object(record, "keep", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        ledger.write_out()
    assert (gate.position().seq, len(lines())) == (1, 2)
    assert gate.standing() == Standing.AGREED
    other = note()
    row.refresh_from_db()
    assert (row.seq, other.seq, len(lines())) == (2, 3, 3)
    assert verify().problem == ""


def test_a_death_before_the_line_is_whole_loses_nothing() -> None:
    row = unwritten()
    with mock.patch.object(Pen, "_write_line", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        ledger.write_out()
    assert gate.standing() == Standing.AGREED
    ledger.write_out()
    row.refresh_from_db()
    assert (row.seq, len(lines())) == (1, 1)


def test_nobody_who_is_stopped_in_a_transaction_holds_a_lock_for_ever() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW idle_in_transaction_session_timeout")
        assert cursor.fetchone() == ("10s",)


@pytest.mark.django_db(transaction=True)
def test_what_is_written_is_final_in_the_database_too() -> None:
    row = note()
    for statement in (
        "UPDATE privacy_ledgerentry SET seq = NULL, hash = '', line = ''",
        "DELETE FROM privacy_ledgerentry",
        "TRUNCATE privacy_ledgerentry CASCADE",
        "DELETE FROM privacy_ledgerdigest",
        "UPDATE privacy_ledgerdigest SET digest = 'x'",
    ):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            connection.cursor().execute(statement)
    row.refresh_from_db()
    assert row.seq == 1


def test_an_old_backup_is_noticed_and_stays_so_while_new_entries_wait() -> None:
    note()
    note()
    forget_after(1)
    assert gate.standing() == Standing.BEHIND
    assert "reapply_ledger" in ledger.closed()
    unwritten()
    assert gate.standing() == Standing.BEHIND
    with pytest.raises(ledger.Closed, match="reapply_ledger"):
        ledger.write_out()
    assert len(lines()) == 2


def test_an_old_backup_without_any_entry_is_noticed_too() -> None:
    note()
    forget_after(0)
    assert gate.standing() == Standing.BEHIND


def test_a_lost_an_old_a_foreign_and_a_damaged_ledger_are_told_apart(folder: Path) -> None:
    note()
    shutil.copytree(folder, folder.with_name("older"))
    note()
    shutil.move(folder, folder.with_name("true"))
    assert gate.standing() == Standing.LOST
    shutil.move(folder.with_name("older"), folder)
    assert gate.standing() == Standing.LOST
    shutil.rmtree(folder)
    written(2)
    assert gate.standing() == Standing.FOREIGN
    written(1)
    assert gate.standing() == Standing.FOREIGN
    head_path().write_bytes(b"{}")
    assert gate.standing() == Standing.DAMAGED
    shutil.rmtree(folder)
    folder.write_text("a file in the folder's place", encoding="utf-8")
    assert gate.standing() == Standing.DAMAGED
    folder.unlink()
    shutil.move(folder.with_name("true"), folder)
    assert gate.standing() == Standing.AGREED


def test_a_lost_ledger_is_written_again_byte_for_byte_and_only_when_it_is_lost(folder: Path) -> None:
    for _number in range(3):
        note()
    before, head = lines(), head_path().read_bytes()
    with pytest.raises(CommandError, match="there is nothing to do"):
        call_command("rebuild_ledger", "--the-file-is-lost")
    shutil.rmtree(folder)
    with pytest.raises(CommandError, match="--the-file-is-lost"):
        call_command("rebuild_ledger")
    assert not folder.exists()
    call_command("rebuild_ledger", "--the-file-is-lost")
    assert (lines(), head_path().read_bytes()) == (before, head)
    assert gate.standing() == Standing.AGREED
    assert AuditEntry.objects.filter(event="ledger.rebuilt", data={"entries": 3}).exists()


def test_an_old_ledger_is_continued_from_the_database(folder: Path) -> None:
    note()
    shutil.copytree(folder, folder.with_name("older"))
    note()
    before = lines()
    shutil.rmtree(folder)
    shutil.move(folder.with_name("older"), folder)
    call_command("rebuild_ledger", "--the-file-is-lost")
    assert lines() == before


def test_a_copy_that_was_tampered_with_is_not_made_the_ledger(folder: Path) -> None:
    for _number in range(3):
        note()
    tamper("DELETE FROM privacy_ledgerdigest; DELETE FROM privacy_ledgerentry WHERE seq = 2")
    shutil.rmtree(folder)
    with pytest.raises(CommandError, match="broken at entry 2"):
        call_command("rebuild_ledger", "--the-file-is-lost")


def test_verifying_walks_everything(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    note()
    note()
    call_command("verify_ledger")
    assert "The ledger is whole: 2 entries" in capsys.readouterr().out
    tamper("UPDATE privacy_ledgerentry SET line = replace(line, 'erasure', 'objection') WHERE seq = 1")
    with pytest.raises(CommandError, match="entry 1 is not what the database knows"):
        call_command("verify_ledger")
    (folder / ENTRIES).write_bytes(lines()[0].replace(b"erasure", b"objection") + lines()[1])
    with pytest.raises(CommandError, match="entry 1 of the ledger was altered"):
        call_command("verify_ledger")
    shutil.rmtree(folder)
    with pytest.raises(CommandError, match="missing or older"):
        call_command("verify_ledger")


def test_what_the_audit_wrote_before_an_entry_cannot_be_cut_off_any_more() -> None:
    """No seal is needed for that: the day's has not been made yet."""
    with transaction.atomic():
        for _number in range(3):
            audit.record(event="test.happened", actor=SYSTEM)
    note()
    with transaction.atomic():
        audit.record(event="test.happened", actor=SYSTEM)
    call_command("verify_audit")
    tamper("DELETE FROM privacy_auditentry WHERE seq >= 3")
    assert audit.verify().ok
    with pytest.raises(CommandError, match="broken at entry 3"):
        call_command("verify_audit")
    tamper("DELETE FROM privacy_auditentry WHERE seq >= 1")
    with pytest.raises(CommandError, match="broken at entry 1"):
        call_command("verify_audit")


def test_an_audit_rewritten_from_a_point_on_does_not_fit_what_the_ledger_says() -> None:
    with transaction.atomic():
        audit.record(event="test.happened", actor=SYSTEM)
        last = audit.record(event="test.happened", actor=SYSTEM)
    note()
    last.event = "test.other"
    tamper(
        f"UPDATE privacy_auditentry SET event = 'test.other', hash = '{audit.entry_hash(last)}' WHERE seq = {last.seq}"
    )
    assert audit.verify().ok
    assert audit.verify(audit_anchors()).first_bad_seq == last.seq


def test_a_damaged_ledger_vouches_for_nothing(folder: Path) -> None:
    note()
    head_path().unlink()
    with pytest.raises(CommandError, match="Nothing vouches for the audit"):
        call_command("verify_audit")


def test_a_ledger_altered_in_its_middle_vouches_for_nothing_either(folder: Path) -> None:
    """The quick look at every step compares the newest entries only; this walk reads all."""
    note()
    note()
    (folder / ENTRIES).write_bytes(lines()[0].replace(b"erasure", b"objection") + lines()[1])
    assert gate.standing() == Standing.AGREED
    with pytest.raises(CommandError, match="cannot vouch"):
        call_command("verify_audit")


@pytest.mark.promise("P1.3")
def test_an_import_by_others_meets_whoever_asked_to_be_erased_by_any_identifier() -> None:
    request_id = uuid4()
    others = Subject(emails=frozenset({"other@example.org"}))
    by_address = Subject(emails=frozenset({"ann@example.org", "new@example.org"}))
    note(request_id, LedgerKind.RESTRICTION)
    assert not ledger.asked_to_be_erased(by_address.digests())
    unwritten(request_id)
    assert ledger.asked_to_be_erased(by_address.digests())
    assert ledger.asked_to_be_erased(SOMEBODY.digests())
    assert not ledger.asked_to_be_erased(others.digests())
    assert not ledger.asked_to_be_erased(frozenset())


def test_a_look_at_an_agreed_ledger_costs_one_query(django_assert_num_queries: Any) -> None:
    note()
    with django_assert_num_queries(1):
        assert ledger.closed() == ""


def test_a_ledger_that_began_before_this_database_is_one_to_be_applied() -> None:
    written(1)
    assert gate.standing() == Standing.BEHIND
