"""Downloading a package: a token for one use, a log of who took what, and a stream that is decrypted as it goes."""

from collections.abc import Iterator
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser


def mint_token(*, package_id: UUID, user_id: UUID) -> str:
    """A signed token that lets this user download this package once within settings.DOWNLOAD_TOKEN_SECONDS."""
    raise NotImplementedError


def open_download(*, package_id: UUID, user: AbstractBaseUser, token: str) -> tuple[Iterator[bytes], str, int]:
    """Consume the token and open the package: the stream, the file name for the person, the size in bytes.

    Raises TokenUsed, TokenExpired, PackageGone.
    """
    raise NotImplementedError
