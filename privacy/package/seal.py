"""Encrypts a package as it is written: AES-256-GCM in chunks (the STREAM construction), under a key of its own.

File: 5 bytes of magic, 7 random bytes, then chunks of 64 KiB plaintext, each followed by its 16-byte tag. The nonce of
a chunk is the 7 bytes, a 32-bit counter and one byte that is 1 on the last chunk only; so a chunk that is changed,
dropped, repeated, reordered or cut off cannot be opened. The package's id is associated data of every chunk: a file
put in another one's place cannot be opened either.
"""

import base64
import binascii
import os
import struct
from collections.abc import Iterator, Sequence
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from privacy.files import SealedFile

MAGIC = b"OCSP1"
PREFIX_BYTES = 7
CHUNK_BYTES = 64 * 1024
TAG_BYTES = 16
KEY_BYTES = 32
NONCE_BYTES = 12
# What a wrapped key is for, where nothing else is said.
PACKAGE = b"package-key"


class SealBroken(Exception):
    """What was to be opened is not what was sealed: altered, cut, reordered, swapped, or under another key."""


def new_key() -> bytes:
    """A fresh random key of 32 bytes for one package."""
    return os.urandom(KEY_BYTES)


def package_id_of(file: SealedFile) -> bytes:
    """The id that a file is bound to: its name up to the first dot (`<package id>.<fence>.part`, `<package id>.*`)."""
    return file.name.partition(".")[0].encode()


def is_sealed(file: SealedFile) -> bool:
    """Whether a file begins as the sealing writer begins one; a file that is gone is no other. Raises OSError."""
    try:
        with file.open("rb", len(MAGIC)) as source:
            return source.read(len(MAGIC)) == MAGIC
    except FileNotFoundError:
        return True


class SealingWriter:
    """A binary sink that seals what is written to it; `close` writes the last chunk but leaves the sink open.

    `size` counts plaintext bytes, `sealed_size` the bytes that reached the sink.
    """

    def __init__(self, sink: IO[bytes], key: bytes, bound_to: bytes) -> None:
        self._sink = sink
        self._cipher = AESGCM(key)
        self._prefix = os.urandom(PREFIX_BYTES)
        self._associated = MAGIC + bound_to
        self._pending = bytearray()
        self._counter = 0
        self.size = 0
        self.sealed_size = sink.write(MAGIC + self._prefix)

    def write(self, data: bytes | bytearray | memoryview) -> int:
        """Take bytes of any length; full chunks go out at once, save the newest (it may be the last)."""
        self._pending += data
        self.size += len(data)
        if len(self._pending) > CHUNK_BYTES:
            self._write_full_chunks()
        return len(data)

    def close(self) -> None:
        """Write the last chunk, marked as such; without it the file cannot be opened. Call once."""
        self._write_chunk(self._pending, last=True)
        self._pending = bytearray()

    def _write_full_chunks(self) -> None:
        # Strictly more than one chunk must be pending: which chunk is the last is known only at the end.
        start = 0
        with memoryview(self._pending) as pending:
            while len(pending) - start > CHUNK_BYTES:
                self._write_chunk(pending[start : start + CHUNK_BYTES], last=False)
                start += CHUNK_BYTES
        del self._pending[:start]

    def _write_chunk(self, chunk: bytearray | memoryview, *, last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._prefix, self._counter, last=last), chunk, self._associated)
        self.sealed_size += self._sink.write(sealed)
        self._counter += 1


def open_chunks(source: IO[bytes], key: bytes, bound_to: bytes) -> Iterator[bytes]:
    """The plaintext, chunk by chunk, each checked before it is handed out; raises SealBroken at the first fault.

    A consumer must have seen the iterator end without an exception before it trusts that nothing was cut off.
    """
    header = source.read(len(MAGIC) + PREFIX_BYTES)
    if len(header) != len(MAGIC) + PREFIX_BYTES or not header.startswith(MAGIC):
        raise SealBroken("not a sealed package")
    prefix, cipher, associated = header[len(MAGIC) :], AESGCM(key), MAGIC + bound_to
    counter, sealed = 0, source.read(CHUNK_BYTES + TAG_BYTES)
    while True:
        following = source.read(CHUNK_BYTES + TAG_BYTES)
        try:
            plain = cipher.decrypt(_nonce(prefix, counter, last=not following), sealed, associated)
        except (InvalidTag, ValueError) as error:
            raise SealBroken(f"chunk {counter} cannot be opened") from error
        yield plain
        if not following:
            return
        counter, sealed = counter + 1, following


def wrap_key(key: bytes, purpose: bytes = PACKAGE) -> bytes:
    """Seal a short secret under settings.PACKAGE_KEK (12-byte nonce, ciphertext, tag), bound to its purpose."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(wrapping_keys()[0]).encrypt(nonce, key, purpose)


def unwrap_key(wrapped: bytes | memoryview, purpose: bytes = PACKAGE) -> bytes:
    """Undo `wrap_key`; raises SealBroken if it was altered or sealed for another purpose or under none of our keys."""
    return _unwrapped(bytes(wrapped), purpose)[0]


def rewrap_key(wrapped: bytes | memoryview, purpose: bytes = PACKAGE) -> bytes | None:
    """The same secret under settings.PACKAGE_KEK; None where it is under that key already. Raises SealBroken."""
    key, place = _unwrapped(bytes(wrapped), purpose)
    return wrap_key(key, purpose) if place else None


def wrapping_keys() -> Sequence[bytes]:
    """settings.PACKAGE_KEK, with which everything is wrapped, and those before it, with which something may still be.

    Raises ImproperlyConfigured for one that is not 32 bytes in base64.
    """
    names = ["PACKAGE_KEK", *("OLD_PACKAGE_KEKS" for _key in settings.OLD_PACKAGE_KEKS)]
    return [_read(*told) for told in zip(names, (settings.PACKAGE_KEK, *settings.OLD_PACKAGE_KEKS), strict=True)]


def _unwrapped(data: bytes, purpose: bytes) -> tuple[bytes, int]:
    """The secret, and which of the keys opened it: 0 for that of today."""
    for place, key in enumerate(wrapping_keys()):
        try:
            return AESGCM(key).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], purpose), place
        except (InvalidTag, ValueError):
            continue
    raise SealBroken("the key cannot be unwrapped")


def _nonce(prefix: bytes, counter: int, *, last: bool) -> bytes:
    return prefix + struct.pack(">IB", counter, last)


def _read(name: str, said: str) -> bytes:
    try:
        key = base64.b64decode(said, validate=True)
    except binascii.Error as error:
        raise ImproperlyConfigured(f"{name} must be 32 bytes in base64") from error
    if len(key) != KEY_BYTES:
        raise ImproperlyConfigured(f"{name} must be 32 bytes in base64")
    return key
