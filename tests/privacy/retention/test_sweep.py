"""The sweep: whole under writers and locks, in bounded batches, on record, and never past who must stay."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone
from post_office.models import STATUS, Email

from accounts.models import SignIn, User
from privacy import audit, clock
from privacy.actors import SYSTEM
from privacy.audit_term import let_go
from privacy.data_map.subject import Subject, subject_of_user
from privacy.job_handlers import begin_retention
from privacy.jobs import engine
from privacy.models import AuditEntry, AuditSeal, HeldBack, Job, RetentionCount, RetentionRun
from privacy.retention import taking
from privacy.retention.holding_back import AlreadyOver, NothingToHoldBack, WrongEnd, hold_back
from privacy.retention.holding_back import let_go as end_it
from privacy.retention.preview import preview
from privacy.retention.running import AlreadyRunning, begin, go_on
from privacy.vocabulary import CLAIMS_DAYS, HeldBackReason, RunState
from rights_requests.models import Receipt
from tests.factories import make_request, make_user
from tests.privacy.retention.sweeping import LONG_AGO, SIGN_INS, old_sign_ins, past_the_triggers, restrict, swept
from tests.sign_in_factories import make_sign_in

pytestmark = pytest.mark.promise("P3.1")


def run_of(run: RetentionRun) -> RetentionRun:
    """The run once the engine did its job."""
    engine.run(Job.objects.get(about=run.pk).pk)
    run.refresh_from_db()
    return run


def meanwhile(work: Callable[[], None]) -> threading.Thread:
    """Another connection that works beside the test."""

    def beside() -> None:
        try:
            work()
        finally:
            connections.close_all()

    thread = threading.Thread(target=beside)
    thread.start()
    return thread


@pytest.mark.django_db
def test_batches_are_bounded_and_the_last_look_finds_nothing() -> None:
    user = make_user()
    old_sign_ins(user, 7)
    fresh = make_sign_in(user)
    tally = swept(SIGN_INS, limit=3)
    assert (tally.deleted, tally.kept, tally.left) == (7, {}, 0)
    assert list(SignIn.objects.all()) == [fresh]


@pytest.mark.django_db
def test_restricted_people_and_those_whom_staff_hold_back_stay_and_the_run_says_why() -> None:
    free, restricted, held = make_user(), make_user(), make_user()
    for user in (free, restricted, held):
        old_sign_ins(user, 2)
    restrict(subject_of_user(restricted.pk))
    until = clock.now() + timedelta(days=30)
    hold_back(
        actor=SYSTEM, reason=HeldBackReason.CLAIM, until=until, holding=SIGN_INS, subject=Subject(user_id=held.pk)
    )
    (line,) = [line for line in preview() if line.slug == SIGN_INS]
    assert (line.over, line.goes, line.kept) == (6, 2, {"restriction": 2, "held_back": 2})
    tally = swept(SIGN_INS)
    assert (tally.deleted, tally.kept, tally.left) == (2, {"restriction": 2, "held_back": 2}, 0)
    assert set(SignIn.objects.values_list("user_id", flat=True)) == {restricted.pk, held.pk}


@pytest.mark.django_db
def test_a_holding_that_is_held_back_stays_until_it_is_let_go() -> None:
    old_sign_ins(make_user(), 2)
    until = clock.now() + timedelta(days=30)
    held = hold_back(actor=SYSTEM, reason=HeldBackReason.DOUBT, until=until, holding=SIGN_INS)
    tally = swept(SIGN_INS)
    assert (tally.deleted, tally.kept, tally.left) == (0, {"held_back": 2}, 0)
    end_it(actor=SYSTEM, held_back_id=held.pk)
    with pytest.raises(AlreadyOver):
        end_it(actor=SYSTEM, held_back_id=held.pk)
    assert swept(SIGN_INS).deleted == 2
    events = AuditEntry.objects.order_by("seq").values_list("event", "data")
    said = {"holding": SIGN_INS, "reason": "doubt"}
    assert [entry for entry in events if "deletion" in entry[0]] == [
        ("deletion.held_back", said), ("deletion.let_go", said)
    ]  # fmt: skip


@pytest.mark.django_db
def test_what_is_held_back_names_something_and_ends_within_a_year() -> None:
    now = clock.now()
    for holding in ("", "accounts-profile"):
        with pytest.raises(NothingToHoldBack):
            hold_back(actor=SYSTEM, reason=HeldBackReason.CLAIM, until=now + timedelta(days=1), holding=holding)
    for until in (now - timedelta(days=1), now + timedelta(days=367)):
        with pytest.raises(WrongEnd):
            hold_back(actor=SYSTEM, reason=HeldBackReason.CLAIM, until=until, holding=SIGN_INS)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"until": timedelta(days=-1)}, "held_back_ends_later"),
        ({"until": timedelta(days=367)}, "held_back_a_year_at_most"),
        ({"until": timedelta(days=1), "holding": ""}, "held_back_names_something"),
    ],
)
def test_the_database_refuses_what_would_hold_back_for_ever(values: dict[str, Any], name: str) -> None:
    now = clock.now()
    row = {"holding": SIGN_INS, "reason": "claim", "since": now, **values, "until": now + values["until"]}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        HeldBack.objects.create(**row)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_missed_while_somebody_writes_and_what_was_renewed_stays() -> None:
    user = make_user()
    old_sign_ins(user, 60)
    renewed = [row.pk for row in SignIn.objects.all()[:5]]
    SignIn.objects.filter(pk__in=renewed).update(at=timezone.now() - timedelta(days=366))
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            SignIn.objects.filter(pk__in=renewed).update(at=timezone.now())
            make_sign_in(user, at=timezone.now() - LONG_AGO)
            make_sign_in(user)
            time.sleep(0.002)

    writer = meanwhile(write)
    tally = swept(SIGN_INS, limit=4)
    stop.set()
    writer.join()
    assert tally.left == 0
    assert SignIn.objects.filter(pk__in=renewed).count() in range(6)
    swept(SIGN_INS)
    assert not SignIn.objects.filter(at__lt=timezone.now() - timedelta(days=365)).exists()


@pytest.mark.django_db(transaction=True)
def test_whoever_works_with_a_row_is_not_waited_for_and_the_row_is_said_to_be_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(taking, "LOCK_TIMEOUT_MS", 20)
    old_sign_ins(make_user(), 4)
    busy, locked, done = SignIn.objects.first(), threading.Event(), threading.Event()
    assert busy

    def work() -> None:
        with transaction.atomic():
            list(SignIn.objects.select_for_update().filter(pk=busy.pk))
            locked.set()
            done.wait(20)

    worker = meanwhile(work)
    assert locked.wait(10)
    tally = swept(SIGN_INS, limit=1)
    assert (tally.deleted, tally.left) == (3, 1)
    done.set()
    worker.join()
    assert swept(SIGN_INS).deleted == 1


@pytest.mark.django_db(transaction=True)
def test_a_night_has_one_run_with_its_counts_and_two_never_run_at_once(settings: Any) -> None:
    settings.RETENTION_HOUR = 24
    assert begin_retention() is False
    settings.RETENTION_HOUR = 0
    old_sign_ins(make_user(), 3)
    Email.objects.create(to="ann@example.org", from_email="us@example.org", status=STATUS.sent)
    Email.objects.update(last_updated=timezone.now() - timedelta(days=31))
    assert [begin_retention(), begin_retention()] == [True, False]
    with pytest.raises(AlreadyRunning):
        begin(actor=SYSTEM)
    run = run_of(RetentionRun.objects.get())
    assert (run.state, run.night) == (RunState.DONE, timezone.localdate())
    counts = {row.holding: (row.deleted, row.kept_back, row.left) for row in RetentionCount.objects.all()}
    assert counts == {SIGN_INS: (3, 0, 0), "post_office-email": (1, 0, 0)}
    entry = AuditEntry.objects.get(event="retention.swept")
    assert entry.data == {"deleted": 4, "kept_back": 0, "left": 0}
    assert begin_retention() is False


@pytest.mark.django_db(transaction=True)
def test_a_run_that_stopped_says_so_and_goes_on_from_there(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.JOB_MAX_ATTEMPTS = 1
    old_sign_ins(make_user(), 3)
    run = begin(actor=SYSTEM)
    monkeypatch.setattr("privacy.retention.spans.walk", _fails)
    for _attempt in range(3):
        Job.objects.update(not_before=timezone.now())
        run_of(run)
    assert run.state == RunState.FAILED
    monkeypatch.undo()
    assert go_on(actor=SYSTEM, run_id=run.pk)
    assert run_of(run).state == RunState.DONE
    assert not go_on(actor=SYSTEM, run_id=run.pk)
    assert run.counts.get(holding=SIGN_INS).deleted == 3


def _fails(*_args: object, **_words: object) -> None:
    raise ValueError


@pytest.mark.django_db
def test_the_command_says_what_would_go_and_then_what_went() -> None:
    old_sign_ins(make_user(), 2)
    said = StringIO()
    call_command("sweep_retention", preview=True, stdout=said)
    assert said.getvalue().split()[:2] == [SIGN_INS, "2"]
    assert SignIn.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_command_sweeps_unless_a_run_is_under_way() -> None:
    old_sign_ins(make_user(), 2)
    said = StringIO()
    call_command("sweep_retention", stdout=said)
    assert said.getvalue().split()[:2] == [SIGN_INS, "2"]
    assert not SignIn.objects.exists()
    begin(actor=SYSTEM)
    with pytest.raises(CommandError, match="under way"):
        call_command("sweep_retention", stdout=said)


@pytest.fixture
def audited() -> list[AuditEntry]:
    """Two entries of a day whose term is over, sealed, and two of today."""
    person = make_user()
    digest = subject_of_user(person.pk).digest
    with transaction.atomic():
        for _number in range(2):
            audit.record(event="test.happened", actor=SYSTEM, subject_digest=digest)
    audit.seal_day()
    with transaction.atomic():
        return [audit.record(event="test.happened", actor=SYSTEM) for _number in range(2)]


def aged(days: int) -> None:
    """As if the first two entries had been written and sealed so many days ago; the chain and the seal made to fit."""
    when = timezone.now() - timedelta(days=days)
    previous = audit.GENESIS
    for entry in AuditEntry.objects.order_by("seq"):
        entry.occurred_at = when if entry.seq <= 2 else entry.occurred_at
        entry.prev_hash = previous
        previous = entry.hash = audit.entry_hash(entry)
        sql = "UPDATE privacy_auditentry SET occurred_at = %s, prev_hash = %s, hash = %s WHERE seq = %s"
        past_the_triggers(sql, entry.occurred_at, entry.prev_hash, entry.hash, entry.seq)
    seal = AuditSeal.objects.get()
    seal.day, seal.last_hash = when.date(), AuditEntry.objects.get(seq=2).hash
    signature = audit.signing.sign(audit._sealed(seal))
    sql = "UPDATE privacy_auditseal SET day = %s, last_hash = %s, signature = %s, key_id = %s"
    past_the_triggers(sql, seal.day, seal.last_hash, signature.value_b64, signature.key_id)


@pytest.mark.django_db
def test_the_audits_oldest_days_go_and_the_chain_is_whole_from_their_seal_on(audited: list[AuditEntry]) -> None:
    aged(CLAIMS_DAYS + 2)
    assert audit.verify().ok
    assert [let_go(), let_go()] == [2, 0]
    found = audit.verify()
    assert (found.ok, found.begins_after, found.entries) == (True, 2, 3)
    past_the_triggers("DELETE FROM privacy_auditentry WHERE seq = 3")
    assert audit.verify().first_bad_seq == 4


@pytest.mark.django_db
def test_the_audit_does_not_go_early_and_nobody_can_make_it_seem_so(audited: list[AuditEntry]) -> None:
    aged(CLAIMS_DAYS - 1)
    assert let_go() == 0
    with pytest.raises(IntegrityError, match="go when their term is over"), transaction.atomic():
        connection.cursor().execute("DELETE FROM privacy_auditentry WHERE seq <= 2")
    past_the_triggers("DELETE FROM privacy_auditentry WHERE seq <= 2")
    assert audit.verify().first_bad_seq == 3


@pytest.mark.django_db
def test_a_day_of_the_audit_that_is_about_somebody_restricted_stays(audited: list[AuditEntry]) -> None:
    aged(CLAIMS_DAYS + 2)
    restrict(subject_of_user(User.objects.get().pk))
    assert let_go() == 0


@pytest.mark.django_db
def test_a_file_goes_with_the_row_that_names_it(
    settings: Any, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    mail = Email.objects.create(to="ann@example.org", from_email="us@example.org", status=STATUS.sent)
    attachment = mail.attachments.create(name="a.txt", file=ContentFile(b"hello", "a.txt"))
    Email.objects.update(last_updated=timezone.now() - timedelta(days=31))
    stored = Path(attachment.file.path)
    with django_capture_on_commit_callbacks(execute=True):
        assert swept("post_office-attachment").deleted == 1
    assert not stored.exists()
    assert swept("post_office-email").deleted == 1


@pytest.mark.django_db
def test_a_request_waits_for_the_receipt_that_hangs_on_it() -> None:
    request = make_request(make_user(), closed_at=timezone.now() - timedelta(days=1826))
    receipt = Receipt.objects.create(request=request, content={}, signature="x", key_id="x")
    assert swept("rights_requests-rightsrequest").deleted == swept("rights_requests-receipt").deleted == 0
    Receipt.objects.filter(pk=receipt.pk).update(issued_at=timezone.now() - timedelta(days=1826))
    assert [swept(f"rights_requests-{name}").deleted for name in ("receipt", "rightsrequest")] == [1, 1]
