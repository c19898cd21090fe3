"""The ledger's file: chained, signed, whole after a crash; a change from outside is noticed."""

import base64
import multiprocessing
import os
import resource
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from privacy.ledger import file as ledger_file
from privacy.ledger.chain import GENESIS, Damaged, Entry, chained, digest_key_names, parsed
from privacy.ledger.file import ENTRIES, LedgerFile
from privacy.package import signing
from tests.privacy.ledgers import draft, head_path, lines, written


@pytest.fixture
def folder(settings: Any) -> Path:
    """The folder of the test's own ledger."""
    return settings.LEDGER_DIR  # type: ignore[no-any-return]


def entries() -> list[Entry]:
    return list(LedgerFile().entries())


def test_entries_are_numbered_chained_and_told_again_as_they_were_written() -> None:
    made = written(3)
    assert [entry.seq for entry in made] == [1, 2, 3]
    assert [entry.prev_hash for entry in made] == [GENESIS, made[0].hash, made[1].hash]
    assert entries() == made
    assert list(LedgerFile().entries(after=2)) == [made[2]]
    assert LedgerFile().head() == made[2]


def test_where_nothing_was_written_there_is_nothing(folder: Path) -> None:
    assert (LedgerFile().head(), entries(), folder.exists()) == (None, [], False)


def test_only_its_owner_can_read_it(folder: Path) -> None:
    written(1)
    assert folder.stat().st_mode & 0o077 == 0
    assert [path.stat().st_mode & 0o077 for path in folder.iterdir()] == [0, 0]


def test_a_line_says_who_by_keyed_digests_only_and_names_their_key() -> None:
    (entry,) = written(1)
    assert entry.digests == ("d" * 64,)
    assert (entry.key, len(entry.key)) == (digest_key_names()[0], 16)
    assert set(vars(entry)) == {
        *("id", "kind", "request_id", "digests", "scope", "at"),
        *("seq", "key", "audit_seq", "audit_hash", "prev_hash", "hash"),
    }


@pytest.mark.parametrize("kept", [0, 1, 40, -1])
def test_a_line_that_a_crash_tore_is_made_whole_from_the_head(folder: Path, kept: int) -> None:
    """Whatever part of the last line reached the disk, none at all and all but the line feed included."""
    made = written(3)
    *before, last = lines()
    (folder / ENTRIES).write_bytes(b"".join(before) + last[:kept])
    assert entries() == made
    (fourth,) = written(1)
    assert entries() == [*made, fourth]
    assert fourth.prev_hash == made[2].hash


@pytest.mark.parametrize("dies_in", ["_write_head", "_write_line"])
def test_a_writer_that_dies_leaves_the_entry_whole_or_not_at_all(dies_in: str) -> None:
    made = written(2)
    killed = mock.patch.object(ledger_file.Pen, dies_in, side_effect=KeyboardInterrupt)
    with killed, pytest.raises(KeyboardInterrupt):
        written(1)
    there = entries()
    assert there[:2] == made
    assert len(there) == (2 if dies_in == "_write_head" else 3)
    written(1)
    assert len(entries()) == len(there) + 1


def _write_with_room_for(size: int) -> None:
    """One entry, on a disk that takes `size` bytes of a file and not one more; ends with 7 when that was told."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    try:
        written(1)
    except OSError:
        os._exit(7)


def test_a_full_disk_is_told_and_the_next_writer_finishes(folder: Path) -> None:
    made = written(3)
    room = (folder / ENTRIES).stat().st_size + 50
    writer = multiprocessing.get_context("fork").Process(target=_write_with_room_for, args=(room,))
    writer.start()
    writer.join()
    assert writer.exitcode == 7
    assert (folder / ENTRIES).stat().st_size == room
    written(1)
    assert entries()[:3] == made
    assert [entry.seq for entry in entries()] == [1, 2, 3, 4, 5]


def altered(position: int) -> Callable[[Path], object]:
    """Change one letter of a line and nothing else."""

    def change(folder: Path) -> None:
        found = lines()
        found[position] = found[position].replace(b'"kind":"erasure"', b'"kind":"objection"')
        (folder / ENTRIES).write_bytes(b"".join(found))

    return change


def without(position: int) -> Callable[[Path], object]:
    """Take a line out."""
    return lambda folder: (folder / ENTRIES).write_bytes(b"".join(lines()[:position] + lines()[position + 1 :]))


def cut_off(folder: Path) -> None:
    """Take the last two lines away."""
    (folder / ENTRIES).write_bytes(b"".join(lines()[:-2]))


def added(folder: Path) -> None:
    """Append an entry that follows correctly, as anyone can who can count, but without our signature over it."""
    forged = chained(draft(), entries()[-1], audit_seq=0, audit_hash=GENESIS)
    with (folder / ENTRIES).open("ab") as file:
        file.write(forged.line())


def head_gone(folder: Path) -> None:
    """Remove the head."""
    head_path().unlink()


def head_forged(folder: Path) -> None:
    """A head over another last entry, with the signature of the true one."""
    forged = chained(draft(), entries()[-2], audit_seq=0, audit_hash=GENESIS)
    content = signing.canonical({"entry": forged.line().decode(), **signing.sign(b"something else").as_json()})
    head_path().write_bytes(content)


def spaced(folder: Path) -> None:
    """The same entries in other bytes."""
    (folder / ENTRIES).write_bytes((folder / ENTRIES).read_bytes().replace(b",", b", "))


CHANGES: dict[str, Callable[[Path], object]] = {
    "the first line altered": altered(0),
    "the last line altered": altered(3),
    "a line taken out": without(1),
    "the first line taken out": without(0),
    "the end cut off": cut_off,
    "a line added": added,
    "the head removed": head_gone,
    "the head forged": head_forged,
    "spaces put in": spaced,
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_changed_from_outside_is_found(folder: Path, change: str) -> None:
    written(4)
    CHANGES[change](folder)
    with pytest.raises(Damaged):
        entries()


@pytest.mark.parametrize("change", ["the end cut off", "a line added", "the head removed", "the head forged"])
def test_nothing_is_written_after_a_change_at_the_end(folder: Path, change: str) -> None:
    written(4)
    CHANGES[change](folder)
    before = (folder / ENTRIES).read_bytes()
    with pytest.raises(Damaged):
        written(1)
    assert (folder / ENTRIES).read_bytes() == before


@pytest.mark.parametrize("line", [b"", b"{}\n", b"[]\n", b"no\n", b'{"seq":1}\n', b"\xff\n"])
def test_what_is_no_entry_is_refused(line: bytes) -> None:
    with pytest.raises(Damaged):
        parsed(line)


def test_a_former_signing_key_still_vouches_for_the_head(settings: Any) -> None:
    made = written(2)
    (old,) = signing.public_keys()["keys"]
    settings.SIGNING_KEY = base64.b64encode(b"another seed of thirty-two bytes").decode()
    with pytest.raises(Damaged, match="not signed by us"):
        LedgerFile().head()
    settings.OLD_VERIFY_KEYS = {old["key_id"]: old["public_key"]}
    assert LedgerFile().head() == made[1]


def test_a_copy_of_the_lines_and_then_of_the_head_is_whole_though_an_entry_was_written_between(folder: Path) -> None:
    made = written(3)
    copy = folder.with_name("copy")
    copy.mkdir()
    shutil.copy(folder / ENTRIES, copy)
    (fourth,) = written(1)
    shutil.copy(head_path(), copy)
    assert list(LedgerFile(copy).entries()) == [*made, fourth]


@pytest.mark.parametrize("name", ["head.1", "head.9"])
def test_a_head_under_another_number_is_none(folder: Path, name: str) -> None:
    written(3)
    head_path().rename(folder / name)
    with pytest.raises(Damaged):
        LedgerFile().head()


def test_what_writers_left_that_died_while_they_made_a_head_is_cleared_away(folder: Path) -> None:
    written(1)
    for seq in (1, 2, 3):
        (folder / f"head.{seq}.00ff.part").write_bytes(b"half a head")
    written(1)
    assert sorted(path.name for path in folder.iterdir()) == ["head.2", "head.3.00ff.part", ENTRIES]
