"""The ZIP writer makes files that every reader opens, and takes names from nobody but us (A14)."""

import io
import os
import shutil
import subprocess
import zipfile
import zlib
from pathlib import Path

import pytest
from django.utils import timezone

from privacy.package import archive as module
from privacy.package.archive import GATHER_BYTES, Archive


class OneWay:
    """A sink that cannot seek, tell or read, as the sealing stream is."""

    def __init__(self) -> None:
        self.content = bytearray()

    def write(self, data: bytes, /) -> int:
        self.content += data
        return len(data)


def written(members: dict[str, bytes]) -> bytes:
    sink = OneWay()
    archive = Archive(sink, timezone.now())
    for name, content in members.items():
        with archive.member(name) as out:
            for start in range(0, len(content), 10_000):
                out.write(content[start : start + 10_000])
    archive.close()
    return bytes(sink.content)


MEMBERS = {
    "README.txt": b"short",
    "empty.txt": b"",
    "data/noise.jsonl": os.urandom(GATHER_BYTES * 3 + 17),
    "csv/exact.csv": b"x" * GATHER_BYTES,
    "pages/long.html": b"<p>words</p>\n" * 100_000,
}


def test_python_reads_back_every_member() -> None:
    with zipfile.ZipFile(io.BytesIO(written(MEMBERS))) as opened:
        assert opened.testzip() is None
        assert {name: opened.read(name) for name in opened.namelist()} == MEMBERS
        assert {info.external_attr >> 16 for info in opened.infolist()} == {0o100644}


def test_the_standard_library_can_stand_in_for_isal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "engine", zlib)
    with zipfile.ZipFile(io.BytesIO(written(MEMBERS))) as opened:
        assert opened.testzip() is None
        assert opened.read("data/noise.jsonl") == MEMBERS["data/noise.jsonl"]


@pytest.mark.skipif(shutil.which("unzip") is None, reason="unzip is not on this machine")
def test_unzip_finds_no_fault(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(written(MEMBERS))
    done = subprocess.run(["unzip", "-t", "a.zip"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No errors detected" in done.stdout


def test_what_is_known_of_a_member_is_true() -> None:
    archive = Archive(OneWay(), timezone.now())
    entry = archive.add("a.txt", b"abc")
    assert (entry.size, entry.sha256[:8]) == (3, "ba7816bf")


def test_others_may_be_written_while_one_has_hardly_begun() -> None:
    sink = OneWay()
    archive = Archive(sink, timezone.now())
    slow = archive.begin("slow.txt")
    slow.write(b"begun")
    archive.add("quick.txt", b"done before")
    archive.end(slow)
    archive.close()
    with zipfile.ZipFile(io.BytesIO(bytes(sink.content))) as opened:
        assert opened.testzip() is None
        found = {name: opened.read(name) for name in opened.namelist()}
    assert found == {"slow.txt": b"begun", "quick.txt": b"done before"}


def test_nothing_is_written_into_the_middle_of_another() -> None:
    archive = Archive(OneWay(), timezone.now())
    long = archive.begin("long.txt")
    long.write(b"x" * GATHER_BYTES)
    with pytest.raises(RuntimeError, match=r"a\.txt in the middle of long\.txt"):
        archive.add("a.txt", b"abc")
    archive.end(long)
    archive.add("b.txt", b"abc")


BAD_NAMES = [
    "../x",
    "/etc/passwd",
    "a/../b",
    "a//b",
    "a\\b",
    "C:x",
    "nul\x00",
    "line\nbreak",
    "é.txt",
    ".hidden",
    "a/.hidden",
    "folder/",
    "",
    "x" * 300,
    "٣",
]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_name_that_could_leave_the_folder_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        Archive(OneWay(), timezone.now()).add(name, b"")


def test_two_members_never_share_a_name_whatever_the_case() -> None:
    archive = Archive(OneWay(), timezone.now())
    archive.add("data/a.txt", b"")
    with pytest.raises(ValueError, match="taken"):
        archive.add("Data/A.txt", b"")


def test_more_members_than_sixteen_bits_can_count_are_all_there() -> None:
    sink = OneWay()
    archive = Archive(sink, timezone.now())
    for number in range(65_540):
        archive.add(f"{number}", b"")
    archive.close()
    with zipfile.ZipFile(io.BytesIO(bytes(sink.content))) as opened:
        assert len(opened.namelist()) == 65_540


def test_a_member_beyond_four_gibibytes_opens_and_so_does_what_follows(tmp_path: Path) -> None:
    block, blocks = bytes(8 * 1024 * 1024), 520
    with (tmp_path / "large.zip").open("wb") as file:
        archive = Archive(file, timezone.now())
        with archive.member("large.bin") as out:
            for _ in range(blocks):
                out.write(block)
        archive.add("after.txt", b"after")
        archive.close()
    with zipfile.ZipFile(tmp_path / "large.zip") as opened:
        assert opened.getinfo("large.bin").file_size == blocks * len(block) > 2**32
        assert opened.read("after.txt") == b"after"
        with opened.open("large.bin") as start:
            assert start.read(100) == bytes(100)
