"""After an old backup came back: who asked to be erased is found by digests alone, erased again, and nobody else is."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from post_office.models import Email

from accounts.models import FormerAddress, Profile, User
from privacy import audit, ledger
from privacy.actors import SYSTEM
from privacy.data_map import residue
from privacy.data_map.subject import Subject, subject_of_user
from privacy.ledger import appliers, gate, reapply
from privacy.ledger.appliers import FoundAgain
from privacy.ledger.gate import Standing
from privacy.ledger.verify import audit_anchors, verify
from privacy.models import AuditEntry, LedgerEntry
from privacy.vocabulary import LedgerKind
from tests.factories import make_user
from tests.privacy.ledgers import forget_after
from tests.privacy.test_audit import tamper

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P5.3")]


@pytest.fixture
def registered() -> Iterator[list[tuple[str, FoundAgain]]]:
    """Every call of an applier that was registered for objections and restrictions."""
    calls: list[tuple[str, FoundAgain]] = []
    before = {kind: list(functions) for kind, functions in appliers._appliers.items()}
    appliers._appliers.pop("objection")
    ledger.register_applier("objection", lambda found: calls.append(("first", found)))
    ledger.register_applier("objection", lambda found: calls.append(("second", found)))
    yield calls
    appliers._appliers.clear()
    appliers._appliers.update(before)


def mail_to(address: str) -> Email:
    """A message that is still stored."""
    return Email.objects.create(from_email="us@example.org", to=[address], subject="Hello", message="Hello")


def entered(subject: Subject, kind: LedgerKind = LedgerKind.ERASURE, scope: str = "") -> None:
    """The ledger and this database know an entry about the subject."""
    ledger.note(kind=kind, request_id=uuid4(), digests=subject.digests(), scope=scope)
    ledger.write_out()


def erased_in_the_lost_time(*subjects: Subject) -> None:
    """The ledger says that they were erased; the database is the old backup, in which nothing of it happened."""
    for subject in subjects:
        entered(subject)
    forget_after(0)


def done_again() -> list[reapply.Done]:
    """What was done, entry by entry."""
    done: list[reapply.Done] = []
    reapply.reapply(done.append)
    return done


def happened(times: int) -> None:
    """So many more entries in the audit."""
    with transaction.atomic():
        for _time in range(times):
            audit.record(event="test.happened", actor=SYSTEM)


def left_of(subject: Subject) -> list[residue.Hit]:
    """What an unplanned search finds."""
    return [hit for hit in residue.scan(subject.identifiers()) if not hit.planned]


@pytest.mark.django_db(transaction=True)
def test_the_person_is_erased_again_by_every_identifier_and_nobody_else_is() -> None:
    ann, joann = make_user("ann@example.org"), make_user("joann@example.org")
    FormerAddress.objects.create(user=ann, email="old.ann@example.org")
    for address in ("ann@example.org", "old.ann@example.org", "joann@example.org"):
        mail_to(address)
    subject = subject_of_user(ann.pk)
    erased_in_the_lost_time(subject)
    erasure, restored = done_again()
    assert (erasure.kind, erasure.found, restored.kind) == ("erasure", True, "restored")
    assert erasure.erased >= 6
    assert left_of(subject) == []
    assert [mail.to for mail in Email.objects.all()] == [["joann@example.org"]]
    assert User.objects.filter(pk=joann.pk, is_active=True).exists()
    assert Profile.objects.filter(user=joann).exists()
    assert gate.standing() == Standing.AGREED
    assert verify().problem == ""


def test_a_person_without_an_account_is_found_by_the_address_that_rows_have() -> None:
    subject = Subject(emails=frozenset({"stranger@example.org"}))
    mail_to("stranger@example.org")
    erased_in_the_lost_time(subject)
    assert done_again()[0].found
    assert left_of(subject) == []


def test_an_address_written_in_capitals_in_the_old_rows_is_found_all_the_same() -> None:
    mail_to("Stranger@Example.ORG")
    erased_in_the_lost_time(Subject(emails=frozenset({"stranger@example.org"})))
    assert done_again()[0].erased == 1
    assert not Email.objects.exists()


def test_nobody_is_erased_for_what_the_next_holder_of_an_address_asked() -> None:
    """In the backup the address still belongs to the one who later gave it up; its next holder asked to be erased."""
    before = make_user("shared@example.org")
    mail_to("shared@example.org")
    erased_in_the_lost_time(Subject(user_id=uuid4(), emails=frozenset({"shared@example.org"})))
    assert [done.found for done in done_again()] == [False, False]
    assert User.objects.filter(pk=before.pk).exists()
    assert Email.objects.count() == 1


def test_an_address_that_somebody_typed_and_never_confirmed_finds_nobody() -> None:
    victim = make_user("victim@example.org", verified=False)
    erased_in_the_lost_time(Subject(user_id=uuid4(), emails=frozenset({"victim@example.org"})))
    done_again()
    assert User.objects.filter(pk=victim.pk).exists()


def test_what_the_backup_knows_already_is_not_done_again() -> None:
    """Only entries after the database's position count: a person who came back since lives on."""
    entered(Subject(emails=frozenset({"ann@example.org"})))
    back = make_user("ann@example.org")
    entered(Subject(user_id=uuid4()))
    forget_after(1)
    assert [done.seq for done in done_again()] == [2, 3]
    assert User.objects.filter(pk=back.pk).exists()


def test_a_second_run_finds_nothing_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    erased_in_the_lost_time(subject_of_user(make_user().pk))
    call_command("reapply_ledger", "--dry-run")
    assert gate.standing() == Standing.BEHIND
    call_command("reapply_ledger")
    call_command("reapply_ledger")
    told = capsys.readouterr().out
    assert "1 erasure of" in told
    assert "1 erasure: the person was found" in told
    assert "2 entries were done again. The site is open." in told
    assert told.endswith("there is nothing to do.\n")
    assert LedgerEntry.objects.count() == 2


def test_a_death_in_the_middle_costs_one_entry_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    ann, bob = make_user(), make_user()
    erased_in_the_lost_time(subject_of_user(ann.pk), subject_of_user(bob.pk))
    real, calls = reapply.adopt, []

    def dies_at_the_second(entry: Any) -> LedgerEntry:
        calls.append(entry.seq)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(entry)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(reapply, "adopt", dies_at_the_second)
        reapply.reapply(lambda done: None)
    assert [User.objects.filter(pk=user.pk).exists() for user in (ann, bob)] == [False, True]
    assert gate.position().seq == 1
    assert gate.standing() == Standing.BEHIND
    assert [(done.seq, done.kind) for done in done_again()] == [(2, "erasure"), (3, "restored"), (4, "restored")]
    assert not User.objects.filter(pk=bob.pk).exists()
    assert AuditEntry.objects.filter(event="ledger.reapplied", data__kind="erasure").count() == 2
    assert audit.verify().ok


def test_something_left_in_an_undeclared_place_stops_it_and_takes_everything_back() -> None:
    user = make_user("ann@example.org")
    erased_in_the_lost_time(subject_of_user(user.pk))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE forgotten (note text)")
        cursor.execute("INSERT INTO forgotten VALUES ('call ANN@example.org back')")
    try:
        with pytest.raises(CommandError, match=r"left in forgotten\.note"):
            call_command("reapply_ledger")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE forgotten")
    assert User.objects.filter(pk=user.pk).exists()
    assert gate.standing() == Standing.BEHIND
    assert done_again()[0].found


def test_another_digest_key_would_find_nobody_and_is_refused(settings: Any) -> None:
    erased_in_the_lost_time(subject_of_user(make_user().pk))
    settings.DIGEST_KEY = "another key that was made when the secrets were lost"
    with pytest.raises(CommandError, match="another DIGEST_KEY"):
        call_command("reapply_ledger")
    assert gate.standing() == Standing.BEHIND


def test_a_kind_that_nobody_knows_how_to_do_again_is_refused_before_anything_is_done() -> None:
    user = make_user()
    entered(subject_of_user(user.pk))
    entered(subject_of_user(user.pk), kind="planted")  # type: ignore[arg-type]
    forget_after(0)
    with pytest.raises(CommandError, match="does not know how to do again: planted"):
        call_command("reapply_ledger")
    assert User.objects.filter(pk=user.pk).exists()


def test_whoever_registered_for_a_kind_does_it_again_with_the_person_and_the_scope(
    registered: list[tuple[str, FoundAgain]],
) -> None:
    user = make_user("ann@example.org")
    stranger = Subject(emails=frozenset({"unknown@example.org"}))
    for subject, scope in ((subject_of_user(user.pk), "promotional_messages"), (stranger, "")):
        entered(subject, LedgerKind.OBJECTION, scope)
    forget_after(0)
    done_again()
    assert [name for name, _found in registered] == ["first", "second", "first", "second"]
    known, unknown = registered[0][1], registered[2][1]
    assert (known.subject, known.entry.scope) == (subject_of_user(user.pk), "promotional_messages")
    assert (unknown.subject, frozenset(unknown.entry.digests)) == (None, stranger.digests())
    assert User.objects.filter(pk=user.pk).exists()


def test_a_correction_has_to_be_made_again_by_hand_and_the_operator_is_told_which(
    capsys: pytest.CaptureFixture[str],
) -> None:
    entered(subject_of_user(make_user().pk), LedgerKind.RECTIFICATION)
    request_id = LedgerEntry.objects.get().request_id
    forget_after(0)
    call_command("reapply_ledger")
    told = capsys.readouterr().out
    assert "1 rectification: the person was found, 0 rows erased" in told
    assert f"made again by hand: it was made on request {request_id}" in told
    assert gate.standing() == Standing.AGREED


def test_the_audit_of_the_lost_time_is_vouched_for_no_more_and_the_new_one_is() -> None:
    """The database that came back ends after two entries of the audit; those that follow have numbers used before."""
    for _entry in range(2):
        happened(2)
        entered(Subject(user_id=uuid4()))
    assert set(audit_anchors()) == {2, 4}
    forget_after(1)
    tamper("DELETE FROM privacy_auditentry WHERE seq > 2")
    assert audit.verify(audit_anchors()).first_bad_seq == 3
    assert [done.seq for done in done_again()] == [2, 3]
    assert set(audit_anchors()) == {2}
    call_command("verify_audit")
    call_command("verify_ledger")
    entered(Subject(user_id=uuid4()))
    assert set(audit_anchors()) == {2, 4}
    tamper("DELETE FROM privacy_auditentry WHERE seq > 3")
    assert audit.verify(audit_anchors()).first_bad_seq == 4


def test_where_database_and_ledger_do_not_merely_differ_by_age_nothing_is_done(settings: Any, tmp_path: Any) -> None:
    entered(Subject(user_id=uuid4()))
    settings.LEDGER_DIR = tmp_path / "nowhere"
    with pytest.raises(CommandError, match="missing or older"):
        call_command("reapply_ledger")
