"""Evidence lies sealed under a random name, opens as it was or not at all, and is gone when its key is gone (A27)."""

import os
import stat
import time
from pathlib import Path
from typing import Any

import pytest

from privacy.data_map.registry import registry
from privacy.package.seal import SealBroken
from privacy.uploads import vault
from privacy.uploads.vault import Gone, destroy, pieces, put, read, sweep_leftovers

CONTENT = b"\xff\xd8\xff the face on the identity card " * 5000


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    return tmp_path / "evidence"


def age(path: Path) -> None:
    long_ago = time.time() - vault.LEFTOVER_SECONDS - 60
    os.utime(path, (long_ago, long_ago))


def test_what_was_put_comes_out_again() -> None:
    stored = put(CONTENT)
    assert read(stored.name, stored.wrapped_key) == CONTENT
    assert max(map(len, pieces(stored.name, stored.wrapped_key))) <= 65536
    assert stored.size == len(CONTENT)
    assert len(stored.sha256) == 64


@pytest.mark.promise("P4.1")
@pytest.mark.promise("P7.2")
def test_nothing_of_it_can_be_read_on_the_disk_and_only_we_may_look(folder: Path) -> None:
    stored = put(CONTENT)
    (path,) = folder.iterdir()
    assert path.name == stored.name
    assert b"identity card" not in path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_two_files_of_the_same_content_share_neither_name_nor_key_nor_bytes(folder: Path) -> None:
    one, other = put(CONTENT), put(CONTENT)
    assert one.name != other.name
    assert one.wrapped_key != other.wrapped_key
    assert (folder / one.name).read_bytes() != (folder / other.name).read_bytes()


@pytest.mark.parametrize("position", [0, 5, 12, 1000, -1])
def test_a_flipped_byte_is_noticed(folder: Path, position: int) -> None:
    stored = put(CONTENT)
    path = folder / stored.name
    flipped = bytearray(path.read_bytes())
    flipped[position] ^= 1
    path.write_bytes(flipped)
    with pytest.raises(SealBroken):
        read(stored.name, stored.wrapped_key)


def test_the_search_for_residue_looks_into_the_folder_and_finds_what_was_not_sealed(folder: Path) -> None:
    store = registry.stores["evidence"]
    put(b"written by ann@example.org")
    assert store.verify(frozenset({"ann@example.org"})) == []
    (folder / "plain").write_bytes(b"written by Ann@example.org")
    assert store.verify(frozenset({"ann@example.org"})) == ["plain"]


def test_a_file_cut_short_or_put_in_anothers_place_is_noticed(folder: Path) -> None:
    one, other = put(CONTENT), put(CONTENT + b"!")
    (folder / one.name).write_bytes((folder / other.name).read_bytes())
    with pytest.raises(SealBroken):
        read(one.name, other.wrapped_key)
    (folder / other.name).write_bytes((folder / other.name).read_bytes()[: 65536 + 28])
    with pytest.raises(SealBroken):
        read(other.name, other.wrapped_key)


def test_another_files_key_a_packages_key_and_another_servers_key_do_not_open_it(settings: Any) -> None:
    one, other = put(CONTENT), put(CONTENT)
    with pytest.raises(SealBroken):
        read(one.name, other.wrapped_key)
    with pytest.raises(SealBroken):
        read(one.name, vault.wrap_key(vault.unwrap_key(one.wrapped_key, vault.PURPOSE)))
    settings.PACKAGE_KEK = "A" * 43 + "="
    with pytest.raises(SealBroken):
        read(one.name, one.wrapped_key)


@pytest.mark.promise("P7.2")
def test_a_destroyed_file_is_gone_and_destroying_it_twice_does_no_harm(folder: Path) -> None:
    stored = put(CONTENT)
    assert destroy(stored.name)
    assert not destroy(stored.name)
    assert not list(folder.iterdir())
    with pytest.raises(Gone):
        read(stored.name, stored.wrapped_key)


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../secret.sealed", "/etc/passwd", "a.sealed", "a" * 32 + ".sealed/../x", "\0"]
)
def test_a_name_that_is_none_of_ours_names_no_file(name: str, folder: Path) -> None:
    put(CONTENT)
    (folder.parent / "secret.sealed").write_bytes(b"x")
    with pytest.raises(Gone):
        read(name, put(b"").wrapped_key)
    with pytest.raises(Gone):
        destroy(name)
    assert (folder.parent / "secret.sealed").exists()


def test_the_sweep_takes_old_files_that_no_row_names_and_no_others(folder: Path) -> None:
    live, orphan, young = (put(CONTENT) for _each in range(3))
    half = folder / f"{'ab' * 16}.part"
    half.write_bytes(b"OCSP1")
    foreign = folder / "README"
    foreign.write_text("not ours")
    for path in (folder / live.name, folder / orphan.name, half, foreign):
        age(path)
    assert sweep_leftovers(lambda: {live.name}) == 2
    assert {path.name for path in folder.iterdir()} == {live.name, young.name, "README"}
    assert sweep_leftovers(lambda: {live.name}) == 0


def test_a_row_that_is_committed_while_the_sweep_runs_keeps_its_file(folder: Path) -> None:
    rows: set[str] = set()
    stored = put(CONTENT)
    age(folder / stored.name)

    def live() -> set[str]:
        rows.add(stored.name)  # between the look into the folder and the look into the table
        return rows

    assert sweep_leftovers(live) == 0
    assert read(stored.name, stored.wrapped_key) == CONTENT


def test_the_sweep_of_a_folder_that_was_never_made_finds_nothing() -> None:
    assert sweep_leftovers(set) == 0


def test_a_disk_that_does_not_take_it_leaves_nothing(folder: Path, settings: Any) -> None:
    folder.parent.joinpath("full").write_text("a file where the folder should be")
    settings.EVIDENCE_DIR = folder.parent / "full"
    with pytest.raises(OSError, match="full"):
        put(CONTENT)
