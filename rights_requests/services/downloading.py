"""Downloading a package: a token for one use, a log of who took what, and a stream that is decrypted as it goes."""

import secrets
from collections.abc import Iterator
from itertools import chain
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from privacy import audit, clock
from privacy.actors import SYSTEM
from privacy.files import SealedFile
from privacy.package.open import plaintext
from privacy.package.seal import SealBroken, unwrap_key
from rights_requests import letters_to_staff, notifications, rules
from rights_requests.errors import PackageDamaged, PackageGone, TokenExpired, TokenUsed
from rights_requests.fulfilment import package_files
from rights_requests.models import Download, Package, PackageKey
from rights_requests.people import Party
from rights_requests.services import waiting

_SALT = "rights_requests.download"
_NONCE_BYTES = 24


def mint_token(*, package_id: UUID, holder: str) -> str:
    """A signed token that lets this person (a Party's label) download this package once, and soon.

    It is good for settings.DOWNLOAD_TOKEN_SECONDS.
    """
    content = {"package": str(package_id), "holder": holder, "nonce": secrets.token_urlsafe(_NONCE_BYTES)}
    return signing.dumps(content, salt=_SALT)


def open_download(*, package_id: UUID, by: Party, token: str) -> tuple[Iterator[bytes], str, int]:
    """Consume the token and open the package: the stream, the file name for the person, the size in bytes.

    The download is on record before the first byte leaves. Raises TokenExpired for a token that is old, altered or made
    for another person or package, TokenUsed for the second use, PackageGone for a destroyed or foreign package,
    AddressUnsettled while a change of the account's address can be taken back, and PackageDamaged when the file is not
    what was written: then nothing is handed out, and staff are told. Raises privacy.files.Away, with the token unused,
    while the place where packages are kept does not answer.
    """
    nonce = _nonce_of(token, package_id, by)
    try:
        return _open(package_id, by, nonce)
    except SealBroken as error:
        report_damage(package_id)
        raise PackageDamaged from error


def _open(package_id: UUID, by: Party, nonce: str) -> tuple[Iterator[bytes], str, int]:
    there = Package.objects.select_related("request").filter(pk=package_id)
    package, file, key = _to_hand_out(there, by)
    if Download.objects.filter(nonce=nonce).exists():
        raise TokenUsed
    # Before anything is locked: it takes as long as the file is large, and as the server that has it is slow.
    read_through(file, key)
    with transaction.atomic():
        package, file, key = _to_hand_out(there.select_for_update(of=("self",)), by)
        download = _consume(package, by, nonce)
        stream = plaintext(file, key)
        first = next(stream, b"")  # opens the file: from here on it may be removed, the stream goes on
        notifications.downloaded(package.request, download, to=by.address)
        digest = package.request.subject_digest
        audit.record(event="package.downloaded", actor=by.actor, subject_digest=digest, about=package)
    return chain((first,), stream), f"{package.request.reference}.zip", package.size


def _to_hand_out(rows: QuerySet[Package], by: Party) -> tuple[Package, SealedFile, bytes]:
    """The package, its file and its key, if this person may have it now."""
    package = rows.first()
    if package is None or not rules.is_party(package.request, by.actor):
        raise PackageGone
    if package.destroyed_at is not None or package.expires_at <= clock.now():
        raise PackageGone
    wrapped = PackageKey.objects.filter(package=package).values_list("wrapped", flat=True).first()
    file = package_files.path_of(package)
    if wrapped is None or not file.is_file():
        raise PackageGone
    waiting.refuse_unsettled(package.request)
    return package, file, unwrap_key(wrapped)


def read_through(file: SealedFile, key: bytes) -> None:
    """Raise SealBroken for damage anywhere in the file: once bytes have left, nobody can be told in words any more."""
    for _piece in plaintext(file, key):
        pass


@transaction.atomic
def report_damage(package_id: UUID) -> None:
    """Tell staff that a package's file is not what was written; nothing for a package that is gone."""
    package = Package.objects.select_related("request").filter(pk=package_id).first()
    if package is None:
        return
    letters_to_staff.package_damaged(package.request, package)
    digest = package.request.subject_digest
    audit.record(event="package.damaged", actor=SYSTEM, subject_digest=digest, about=package)


def _consume(package: Package, by: Party, nonce: str) -> Download:
    download = Download(package=package, user_id=by.user_id, nonce=nonce, downloaded_at=clock.now())
    try:
        with transaction.atomic():
            download.save(force_insert=True)
    except IntegrityError as error:
        raise TokenUsed from error
    return download


def _nonce_of(token: str, package_id: UUID, by: Party) -> str:
    try:
        content = signing.loads(token, salt=_SALT, max_age=settings.DOWNLOAD_TOKEN_SECONDS)
    except signing.BadSignature as error:
        raise TokenExpired from error
    if content["package"] != str(package_id) or content["holder"] != by.label:
        raise TokenExpired
    return str(content["nonce"])
