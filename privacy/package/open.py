"""Opens a sealed package as a stream, so that a download never holds a whole package in memory or on disk."""

from collections.abc import Iterator

from privacy.files import SealedFile
from privacy.package.seal import open_chunks, package_id_of


def plaintext(path: SealedFile, key: bytes) -> Iterator[bytes]:
    """The ZIP file inside a sealed package, in pieces of at most 64 KiB.

    The file's name up to the first dot must be the package's id, as it was when it was built. Raises SealBroken if the
    file was altered, cut or swapped, OSError if it cannot be read; both may come after the first pieces.
    """
    with path.open("rb") as source:
        yield from open_chunks(source, key, package_id_of(path))
