"""Handing a package to somebody by a mailed link that is good for one download (Art. 20(2) GDPR, promise P5.6)."""

import secrets
from collections.abc import Iterator
from itertools import chain

from django.db import transaction
from django.db.models import QuerySet

from privacy import audit, clock
from privacy.actors import SYSTEM
from privacy.digests import keyed_digests
from privacy.files import SealedFile
from privacy.package.open import plaintext
from privacy.package.seal import SealBroken, unwrap_key
from rights_requests import notifications
from rights_requests.errors import PackageDamaged, PackageGone
from rights_requests.fulfilment import package_files
from rights_requests.models import Package, PackageKey, Transfer
from rights_requests.recipients.upload import without_secret
from rights_requests.services import downloading, waiting
from rights_requests.subjects import address_of
from rights_requests.vocabulary import TransferKind, TransferState

_TOKEN_BYTES = 24


@transaction.atomic
def send_link(transfer: Transfer) -> None:
    """Write the recipient a message with a link that is good for one download; once per transfer.

    The token stands in the message only; the row keeps its digest. Call it inside the step's transaction.
    """
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    package = Package.objects.get(request=transfer.request_id)
    transfer.token_hash, transfer.state = _hashes(token)[0], TransferState.SENT
    transfer.sent_at, transfer.expires_at = clock.now(), package.expires_at
    transfer.save(update_fields=["token_hash", "state", "sent_at", "expires_at"])
    notifications.transfer_link(transfer.request, transfer, token=token, until=package.expires_at)


def forget_secrets(transfers: QuerySet[Transfer]) -> int:
    """Take what may be a secret out of the addresses of transfers that will not happen any more; returns how many."""
    over = transfers.filter(kind=TransferKind.HTTPS, state=TransferState.PENDING, target__contains="?")
    found = list(over.select_for_update(of=("self",)))
    for transfer in found:
        transfer.target = without_secret(transfer.target)
        transfer.save(update_fields=["target"])
    return len(found)


def by_token(token: str) -> Transfer:
    """The transfer that a link names, as long as it can still be taken; raises PackageGone for any other."""
    live = Transfer.objects.select_related("request").filter(kind=TransferKind.MAIL, expires_at__gt=clock.now())
    transfer = live.filter(token_hash__in=_hashes(token), delivered_at__isnull=True).first()
    if transfer is None:
        raise PackageGone
    return transfer


def take(*, token: str) -> tuple[Iterator[bytes], str, int]:
    """Use the link: the stream, the file's name, its size in bytes. A second use finds nothing; the person is told.

    The use is on record, under a lock, before the first byte leaves. Raises PackageGone for a link that was used, is
    too old, or never was ours, and PackageDamaged when the file is not what was written: then the link stays good,
    nothing is handed out, and staff are told. AddressUnsettled while the person's own change of address can be taken
    back: the link stays good.
    """
    try:
        # Before anything is locked: it takes as long as the file is large, and as the server that has it is slow.
        downloading.read_through(*_to_hand_out(by_token(token))[1:])
        return _take(token)
    except SealBroken as error:
        for package_id in Package.objects.filter(request=by_token(token).request_id).values_list("pk", flat=True):
            downloading.report_damage(package_id)
        raise PackageDamaged from error


@transaction.atomic
def _take(token: str) -> tuple[Iterator[bytes], str, int]:
    transfer = Transfer.objects.select_for_update(of=("self",)).get(pk=by_token(token).pk)
    package, file, key = _to_hand_out(transfer)
    request = transfer.request
    stream = plaintext(file, key)
    first = next(stream, b"")  # opens the file: from here on it may be removed, the stream goes on
    transfer.state, transfer.delivered_at = TransferState.DELIVERED, clock.now()
    transfer.proof = {"sha256": package.sha256, "size": package.size}
    transfer.save(update_fields=["state", "delivered_at", "proof"])
    notifications.transfer_taken(request, transfer, to=address_of(request))
    audit.record(event="package.transferred", actor=SYSTEM, subject_digest=request.subject_digest, about=transfer)
    return chain((first,), stream), f"{request.reference}.zip", package.size


def _to_hand_out(transfer: Transfer) -> tuple[Package, SealedFile, bytes]:
    """The package, its file and its key, if the link is good still; raises PackageGone, AddressUnsettled."""
    live = Package.objects.filter(destroyed_at__isnull=True, expires_at__gt=clock.now())
    package = live.filter(request=transfer.request).first() if transfer.delivered_at is None else None
    wrapped = PackageKey.objects.filter(package=package).values_list("wrapped", flat=True).first()
    if package is None or wrapped is None or not package_files.path_of(package).is_file():
        raise PackageGone
    waiting.refuse_unsettled(transfer.request)
    return package, package_files.path_of(package), unwrap_key(wrapped)


def _hashes(token: str) -> tuple[str, ...]:
    return keyed_digests("transfer", token)
