"""A sealed file opens as what was sealed, or not at all (A27)."""

import io
import os
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from pytest_django.fixtures import Settings

from privacy.package import seal
from privacy.package.open import plaintext
from privacy.package.seal import CHUNK_BYTES, MAGIC, PREFIX_BYTES, TAG_BYTES, SealBroken, SealingWriter, open_chunks

HEADER = len(MAGIC) + PREFIX_BYTES
SEALED_CHUNK = CHUNK_BYTES + TAG_BYTES
KEY = bytes(range(32))


def sealed(content: bytes, key: bytes = KEY, bound_to: bytes = b"one") -> bytes:
    sink = io.BytesIO()
    writer = SealingWriter(sink, key, bound_to)
    for start in range(0, len(content), 50_000):
        writer.write(content[start : start + 50_000])
    writer.close()
    assert writer.size == len(content)
    assert writer.sealed_size == len(sink.getvalue())
    return sink.getvalue()


def opened(content: bytes, key: bytes = KEY, bound_to: bytes = b"one") -> bytes:
    return b"".join(open_chunks(io.BytesIO(content), key, bound_to))


def chunks_of(content: bytes) -> list[bytes]:
    body = content[HEADER:]
    return [body[start : start + SEALED_CHUNK] for start in range(0, len(body), SEALED_CHUNK)]


@pytest.mark.parametrize("length", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES, 200_001])
def test_what_was_sealed_comes_out_again(length: int) -> None:
    content = os.urandom(length)
    assert opened(sealed(content)) == content


def test_nothing_of_the_content_can_be_seen() -> None:
    content = b"the person's address " * 20_000
    assert b"address" not in sealed(content)


def test_the_same_content_is_never_sealed_the_same_way_twice() -> None:
    assert sealed(b"x" * 100) != sealed(b"x" * 100)


def test_any_flipped_byte_is_noticed() -> None:
    whole = sealed(b"short but complete")
    for position in range(len(whole)):
        flipped = bytearray(whole)
        flipped[position] ^= 0x01
        with pytest.raises(SealBroken):
            opened(bytes(flipped))


def test_a_flipped_byte_in_any_chunk_is_noticed() -> None:
    whole = sealed(os.urandom(3 * CHUNK_BYTES + 500))
    for position in range(0, len(whole), 9_973):
        flipped = bytearray(whole)
        flipped[position] ^= 0x80
        with pytest.raises(SealBroken):
            opened(bytes(flipped))


FAULTS: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "first chunk dropped": lambda chunks: chunks[1:],
    "middle chunk dropped": lambda chunks: [chunks[0], *chunks[2:]],
    "last chunk dropped": lambda chunks: chunks[:-1],
    "all chunks dropped": lambda chunks: [],
    "chunks reordered": lambda chunks: [chunks[1], chunks[0], *chunks[2:]],
    "last two chunks reordered": lambda chunks: [*chunks[:-2], chunks[-1], chunks[-2]],
    "chunk repeated": lambda chunks: [chunks[0], chunks[0], *chunks[1:]],
    "last chunk repeated": lambda chunks: [*chunks, chunks[-1]],
    "chunk cut short": lambda chunks: [*chunks[:-1], chunks[-1][:-1]],
    "bytes added": lambda chunks: [*chunks, b"\x00"],
}


@pytest.mark.parametrize("fault", FAULTS)
def test_chunks_cannot_be_dropped_repeated_or_reordered(fault: str) -> None:
    whole = sealed(os.urandom(4 * CHUNK_BYTES))
    with pytest.raises(SealBroken):
        opened(whole[:HEADER] + b"".join(FAULTS[fault](chunks_of(whole))))


def test_a_chunk_of_another_file_under_the_same_key_is_noticed() -> None:
    one, other = sealed(os.urandom(3 * CHUNK_BYTES)), sealed(os.urandom(3 * CHUNK_BYTES))
    mixed = chunks_of(one)
    mixed[1] = chunks_of(other)[1]
    with pytest.raises(SealBroken):
        opened(one[:HEADER] + b"".join(mixed))


def test_another_key_or_another_package_id_does_not_open_it() -> None:
    whole = sealed(b"content")
    with pytest.raises(SealBroken):
        opened(whole, key=os.urandom(32))
    with pytest.raises(SealBroken):
        opened(whole, bound_to=b"two")


def test_a_file_put_in_the_place_of_another_does_not_open(tmp_path: Path) -> None:
    mine, theirs = str(uuid4()), str(uuid4())
    (tmp_path / f"{mine}.zip.sealed").write_bytes(sealed(b"mine", bound_to=mine.encode()))
    assert b"".join(plaintext(tmp_path / f"{mine}.zip.sealed", KEY)) == b"mine"
    (tmp_path / f"{mine}.zip.sealed").rename(tmp_path / f"{theirs}.zip.sealed")
    with pytest.raises(SealBroken):
        b"".join(plaintext(tmp_path / f"{theirs}.zip.sealed", KEY))


@pytest.mark.parametrize("content", [b"", b"OCSP1", b"PK\x03\x04 a plain zip file and nothing else"])
def test_a_file_that_was_never_sealed_is_refused(content: bytes) -> None:
    with pytest.raises(SealBroken):
        opened(content)


def test_a_key_is_wrapped_and_unwrapped() -> None:
    key = seal.new_key()
    wrapped = seal.wrap_key(key)
    assert key not in wrapped
    assert seal.unwrap_key(wrapped) == key
    assert seal.unwrap_key(memoryview(wrapped)) == key


def test_a_wrapped_key_is_bound_to_the_outer_key_and_to_its_purpose(settings: Settings) -> None:
    wrapped = seal.wrap_key(seal.new_key(), b"one purpose")
    with pytest.raises(SealBroken):
        seal.unwrap_key(wrapped, b"another purpose")
    altered = wrapped[:-1] + bytes([wrapped[-1] ^ 1])
    with pytest.raises(SealBroken):
        seal.unwrap_key(altered, b"one purpose")
    with pytest.raises(SealBroken):
        seal.unwrap_key(b"", b"one purpose")
    settings.PACKAGE_KEK = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
    with pytest.raises(SealBroken):
        seal.unwrap_key(wrapped, b"one purpose")
