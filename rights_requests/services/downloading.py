"""Downloading a package: a token for one use, a log of who took what, and a stream that is decrypted as it goes."""

import secrets
from collections.abc import Iterator
from itertools import chain
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core import signing
from django.db import IntegrityError, transaction

from privacy import audit, clock
from privacy.actors import Actor
from privacy.package.open import plaintext
from privacy.package.seal import unwrap_key
from rights_requests.errors import PackageGone, TokenExpired, TokenUsed
from rights_requests.fulfilment import package_files
from rights_requests.models import Download, Package, PackageKey

_SALT = "rights_requests.download"
_NONCE_BYTES = 24


def mint_token(*, package_id: UUID, user_id: UUID) -> str:
    """A signed token that lets this user download this package once within settings.DOWNLOAD_TOKEN_SECONDS."""
    content = {"package": str(package_id), "user": str(user_id), "nonce": secrets.token_urlsafe(_NONCE_BYTES)}
    return signing.dumps(content, salt=_SALT)


def open_download(*, package_id: UUID, user: AbstractBaseUser, token: str) -> tuple[Iterator[bytes], str, int]:
    """Consume the token and open the package: the stream, the file name for the person, the size in bytes.

    The download is on record before the first byte leaves. Raises TokenExpired for a token that is old, altered or made
    for another person or package, TokenUsed for the second use, PackageGone for a destroyed or foreign
    package; SealBroken when the file is not what was written.
    """
    nonce = _nonce_of(token, package_id, user)
    with transaction.atomic():
        package = (
            Package.objects.select_for_update(of=("self",)).select_related("request").filter(pk=package_id).first()
        )
        if package is None or package.request.subject_user_id != user.pk:
            raise PackageGone
        if package.destroyed_at is not None or package.expires_at <= clock.now():
            raise PackageGone
        wrapped = PackageKey.objects.filter(package=package).values_list("wrapped", flat=True).first()
        path = package_files.path_of(package)
        if wrapped is None or not path.is_file():
            raise PackageGone
        stream = plaintext(path, unwrap_key(wrapped))
        first = next(stream, b"")  # opens the file: from here on it may be removed, the stream goes on
        _consume(package, user, nonce)
        digest = package.request.subject_digest
        actor = Actor.subject(user.pk, digest)
        audit.record(event="package.downloaded", actor=actor, subject_digest=digest, about=package)
    return chain((first,), stream), f"{package.request.reference}.zip", package.size


def _consume(package: Package, user: AbstractBaseUser, nonce: str) -> None:
    try:
        with transaction.atomic():
            Download.objects.create(package=package, user_id=user.pk, nonce=nonce)
    except IntegrityError as error:
        raise TokenUsed from error


def _nonce_of(token: str, package_id: UUID, user: AbstractBaseUser) -> str:
    try:
        content = signing.loads(token, salt=_SALT, max_age=settings.DOWNLOAD_TOKEN_SECONDS)
    except signing.BadSignature as error:
        raise TokenExpired from error
    if content["package"] != str(package_id) or content["user"] != str(user.pk):
        raise TokenExpired
    return str(content["nonce"])
