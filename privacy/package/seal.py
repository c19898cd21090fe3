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
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

MAGIC = b"OCSP1"
PREFIX_BYTES = 7
CHUNK_BYTES = 64 * 1024
TAG_BYTES = 16
KEY_BYTES = 32
NONCE_BYTES = 12


class SealBroken(Exception):
    """What was to be opened is not what was sealed: altered, cut, reordered, swapped, or under another key."""


def new_key() -> bytes:
    """A fresh random key of 32 bytes for one package."""
    return os.urandom(KEY_BYTES)


def package_id_of(path: Path) -> bytes:
    """The id that a file is bound to: its name up to the first dot (`<package id>.<fence>.part`, `<package id>.*`)."""
    return path.name.partition(".")[0].encode()


class SealingWriter:
    """A binary sink that seals what is written to it; `close` writes the last chunk but leaves the sink open.

    `size` counts plaintext bytes, `sealed_size` the bytes that reached the sink.
    """

    def __init__(self, sink: BinaryIO, key: bytes, bound_to: bytes) -> None:
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


def open_chunks(source: BinaryIO, key: bytes, bound_to: bytes) -> Iterator[bytes]:
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


def wrap_key(key: bytes, purpose: bytes = b"package-key") -> bytes:
    """Seal a short secret under settings.PACKAGE_KEK (12-byte nonce, ciphertext, tag), bound to its purpose."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(_kek()).encrypt(nonce, key, purpose)


def unwrap_key(wrapped: bytes | memoryview, purpose: bytes = b"package-key") -> bytes:
    """Undo `wrap_key`; raises SealBroken if it was altered or sealed under another key or for another purpose."""
    data = bytes(wrapped)
    try:
        return AESGCM(_kek()).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], purpose)
    except (InvalidTag, ValueError) as error:
        raise SealBroken("the key cannot be unwrapped") from error


def _nonce(prefix: bytes, counter: int, *, last: bool) -> bytes:
    return prefix + struct.pack(">IB", counter, last)


def _kek() -> bytes:
    try:
        key = base64.b64decode(settings.PACKAGE_KEK, validate=True)
    except binascii.Error as error:
        raise ImproperlyConfigured("PACKAGE_KEK must be 32 bytes in base64") from error
    if len(key) != KEY_BYTES:
        raise ImproperlyConfigured("PACKAGE_KEK must be 32 bytes in base64")
    return key
