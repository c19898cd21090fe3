"""Real processes that are stopped while they write to the ledger: nobody waits for them, and they change nothing."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing.process import BaseProcess
from typing import Any
from unittest import mock
from uuid import uuid4

import pytest
from django.db import InterfaceError, OperationalError, connection

from privacy import ledger
from privacy.data_map.subject import Subject
from privacy.ledger import gate, record
from privacy.ledger.chain import Draft, Entry
from privacy.ledger.file import LedgerFile, Overtaken, Pen
from privacy.ledger.gate import Standing
from privacy.ledger.verify import verify
from privacy.models import LedgerEntry
from privacy.vocabulary import LedgerKind
from tests.privacy.ledgers import append, draft, head_path, lines, written
from tests.stack import eventually

pytestmark = pytest.mark.promise("P5.3")
PROCESSES = multiprocessing.get_context("fork")
REFUSED = 7
PATIENCE_SECONDS = 30


def stand_still() -> None:
    """What `kill -STOP` does to this process; the next line runs when somebody lets it go on."""
    os.kill(os.getpid(), signal.SIGSTOP)


def before(work: Callable[..., Any]) -> Callable[..., Any]:
    """The same work by a process that stands still before it."""

    def late(*args: Any, **options: Any) -> Any:
        stand_still()
        return work(*args, **options)

    return late


def after(work: Callable[..., Any]) -> Callable[..., Any]:
    """The same work by a process that stands still behind it."""

    def done(*args: Any, **options: Any) -> Any:
        result = work(*args, **options)
        stand_still()
        return result

    return done


def half(pwrite: Callable[[int, bytes, int], int]) -> Callable[[int, bytes, int], int]:
    """Of a line only the first half is written before the process stands still."""

    def torn(file: int, content: bytes, place: int) -> int:
        if not (content.startswith(b"{") and content.endswith(b"\n")):
            return pwrite(file, content, place)  # a head, or the other half
        size = pwrite(file, content[: len(content) // 2], place)
        stand_still()
        return size

    return torn


# Where a writer stands still: what is changed in it for that, and whether its entry is in the ledger by then.
POINTS: dict[str, tuple[Any, str, Callable[..., Any], bool]] = {
    "before the head is made": (Pen, "_write_head", before, False),
    "before the head has its name": (os, "link", before, False),
    "between head and line": (os, "link", after, True),
    "in the middle of the line": (os, "pwrite", half, True),
    "before older heads are removed": (Pen, "_remove_heads_before", before, True),
}


def _at(point: str, work: Callable[[], object]) -> None:
    where, name, how, _there = POINTS[point]
    setattr(where, name, how(getattr(where, name)))  # the process is a fork that ends after this
    try:
        work()
    except (Overtaken, OperationalError, InterfaceError):
        os._exit(REFUSED)


@contextmanager
def stopped(point: str, work: Callable[[], object]) -> Iterator[BaseProcess]:
    """A process that stands still at a point of its work while the block runs, and has gone on to its end after it."""
    process = PROCESSES.Process(target=_at, args=(point, work))
    process.start()
    assert process.pid is not None
    assert os.WIFSTOPPED(os.waitpid(process.pid, os.WUNTRACED)[1])
    try:
        yield process
    finally:
        os.kill(process.pid, signal.SIGCONT)
        process.join(PATIENCE_SECONDS)
        process.kill()


def in_time(work: Callable[[], object]) -> None:
    """Do it in a process of its own; fails where it waits for somebody who stands still."""
    process = PROCESSES.Process(target=work)
    process.start()
    process.join(PATIENCE_SECONDS)
    alive = process.is_alive()
    process.kill()
    assert (alive, process.exitcode) == (False, 0)


def entries() -> list[Entry]:
    return list(LedgerFile().entries())


def write_and_read(count: int) -> None:
    """What others do meanwhile."""
    for _number in range(count):
        made = written(1)
        assert entries()[-1:] == made == [LedgerFile().head()]


@pytest.mark.parametrize("others", [1, 3])
@pytest.mark.parametrize("point", POINTS)
def test_a_writer_that_stands_still_holds_nobody_up_and_changes_nothing_when_it_wakes_up(
    point: str, others: int
) -> None:
    """One other entry takes the number only; after three the heads that would show it have been removed again."""
    written(2)
    there = POINTS[point][3]
    late = draft()
    with stopped(point, partial(append, late)) as writer:
        in_time(partial(write_and_read, others))
        whole = lines()
    assert writer.exitcode == (0 if there else REFUSED)
    assert lines() == whole
    assert [entry.seq for entry in entries()] == list(range(1, 2 + others + there + 1))
    assert [entry.natural_key for entry in entries()].count(late.natural_key) == there
    (last,) = written(1)
    assert entries()[-1] == LedgerFile().head() == last
    assert head_path().name == f"head.{last.seq}"


@pytest.mark.parametrize("point", POINTS)
def test_a_writer_that_stood_still_while_nobody_wrote_finishes(point: str) -> None:
    made, late = written(2), draft()
    with stopped(point, partial(append, late)) as writer:
        found = entries()
        assert len(found) == 2 + POINTS[point][3]
        assert found[:2] == made
    assert writer.exitcode == 0
    assert [entry.natural_key for entry in entries()[2:]] == [late.natural_key]
    assert (len(lines()), head_path().name) == (3, "head.3")


@pytest.mark.parametrize("others", [1, 3])
def test_whoever_stands_still_while_it_finishes_the_work_of_a_dead_writer_does_no_harm(others: int) -> None:
    written(2)
    with mock.patch.object(Pen, "_write_line", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        written(1)
    late = draft()
    with stopped("in the middle of the line", partial(append, late)) as writer:
        in_time(partial(write_and_read, others))
        whole = lines()
    assert (writer.exitcode, lines()) == (REFUSED, whole)
    assert [entry.seq for entry in entries()] == list(range(1, 3 + others + 1))


@pytest.mark.parametrize("size", [3, 200])
def test_what_a_power_cut_left_in_the_place_of_the_last_line_is_written_over(settings: Any, size: int) -> None:
    """Some file systems leave zeros where content should be."""
    *_before, last = written(3)
    whole = lines()
    (settings.LEDGER_DIR / "ledger.jsonl").write_bytes(b"".join(whole[:2]) + b"\0" * size)
    assert entries()[-1] == last
    (fourth,) = written(1)
    assert lines() == [*whole, fourth.line()]


def _append_until_it_is_there(drafts: list[Draft]) -> None:
    for one in drafts:
        while True:
            try:
                append(one)
            except Overtaken:
                continue
            break


def test_two_processes_that_write_at_once_never_fork_the_chain_and_readers_find_it_whole() -> None:
    """Without the database's lock, which keeps writers of one site from racing at all."""
    drafts = [[draft() for _number in range(200)] for _writer in range(2)]
    writers = [PROCESSES.Process(target=_append_until_it_is_there, args=(some,)) for some in drafts]
    for writer in writers:
        writer.start()
    seen = 0
    while any(writer.is_alive() for writer in writers):
        found = [entry.seq for entry in entries()]
        assert found == list(range(1, len(found) + 1))
        assert len(found) >= seen
        seen = len(found)
    assert [writer.exitcode for writer in writers] == [0, 0]
    made = entries()
    assert [entry.seq for entry in made] == list(range(1, 401))
    assert {entry.id for entry in made} == {one.id for some in drafts for one in some}
    assert (len(lines()), head_path().name) == (400, "head.400")


SOMEBODY = Subject(user_id=uuid4(), emails=frozenset({"ann@example.org"}))


def waiting_row() -> LedgerEntry:
    """An entry in the database that nobody has written out yet."""
    with mock.patch.object(record, "_write_out_soon"):
        return ledger.note(kind=LedgerKind.ERASURE, request_id=uuid4(), digests=SOMEBODY.digests())


def drop_whoever_is_silent_with_the_lock() -> bool:
    """What the database does by itself when a transaction says nothing for long; whether there was one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE locktype = 'advisory' AND granted AND state = 'idle in transaction'"
            " AND datname = current_database() AND pid <> pg_backend_pid()"
        )
        return cursor.fetchone() is not None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("others", [0, 2])
@pytest.mark.parametrize("point", POINTS)
def test_a_writer_that_was_dropped_by_the_database_writes_nothing_twice(point: str, others: int) -> None:
    row = waiting_row()
    connection.close()  # each process has its own
    with stopped(point, ledger.write_out) as writer:
        assert gate.position().seq == 0
        assert eventually(drop_whoever_is_silent_with_the_lock, seconds=10)
        assert gate.standing() == Standing.AGREED
        began = time.monotonic()
        assert ledger.write_out() == 1
        rows = [waiting_row() for _number in range(others)]
        assert [ledger.write_out() for _row in rows] == [2, 0][:others]
        assert time.monotonic() - began < PATIENCE_SECONDS
        assert gate.standing() == Standing.AGREED
        whole = lines()
    assert (writer.exitcode, lines()) == (REFUSED, whole)
    assert [entry.id for entry in entries()] == [row.pk, *(one.pk for one in rows)]
    assert (gate.standing(), verify().problem) == (Standing.AGREED, "")
    waiting_row()
    assert ledger.write_out() == 1
    assert len(lines()) == 2 + others


@pytest.mark.django_db(transaction=True)
def test_a_writer_that_was_dropped_before_it_looked_into_the_file_writes_nothing() -> None:
    waiting_row()
    connection.close()
    POINTS["before it looks"] = (LedgerFile, "pen", before, False)
    try:
        with stopped("before it looks", ledger.write_out) as writer:
            assert eventually(drop_whoever_is_silent_with_the_lock, seconds=10)
    finally:
        del POINTS["before it looks"]
    assert (writer.exitcode, LedgerFile().head()) == (REFUSED, None)
    assert ledger.write_out() == len(lines()) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("where", "name"), [(LedgerFile, "pen"), (record, "anchor")])
def test_what_a_writer_that_wakes_up_adds_behind_anothers_back_is_not_added_twice(where: Any, name: str) -> None:
    """It wakes up after the other began, before or after that one looked what is in the file."""
    row = waiting_row()
    pen, real = LedgerFile().pen(), getattr(where, name)

    def meanwhile(*args: Any) -> Any:
        if LedgerFile().head() is None:
            pen.append(record._draft(row), audit_seq=0, audit_hash="0" * 64)
        return real(*args)

    with mock.patch.object(where, name, meanwhile):
        if name == "anchor":
            with pytest.raises(Overtaken):
                ledger.write_out()
            assert gate.standing() == Standing.AGREED
        assert ledger.write_out() == 1
    row.refresh_from_db()
    assert [(entry.seq, entry.id) for entry in entries()] == [(row.seq, row.pk)] == [(1, row.pk)]
