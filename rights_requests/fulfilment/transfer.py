"""Handing a package to the server that the person named (Art. 20(2) GDPR): tried a few times, proven, or given up."""

from collections.abc import Iterator

from privacy import audit, clock
from privacy.actors import SYSTEM
from privacy.jobs.context import JobContext, Later
from privacy.package.open import plaintext
from privacy.package.seal import unwrap_key
from rights_requests import notifications
from rights_requests.fulfilment import package_files
from rights_requests.models import Package, Transfer
from rights_requests.recipients import adapters, retry
from rights_requests.recipients.notices import Outcome
from rights_requests.recipients.transport import NotDelivered
from rights_requests.recipients.upload import Delivery, Parcel, deliver, without_secret
from rights_requests.subjects import address_of
from rights_requests.vocabulary import TransferKind, TransferState

STEP = "transfer"
# About half an hour; then the person is told, and can take the package there themselves.
TRIES = 6


def hand_over(context: JobContext) -> None:
    """Upload the package, outside any transaction; a step to put behind the one that made it.

    Nothing happens for a request without such a transfer. It may leave twice if the process dies between the upload and
    its record; the other side knows it by its key. A damaged package stops the job, and staff look at it.
    """
    transfer = _due(context)
    if transfer is None:
        with context.effect(STEP):
            return
    attempts = transfer.attempts + 1
    with context.transaction():
        Transfer.objects.filter(pk=transfer.pk).update(attempts=attempts)
    try:
        delivery = deliver(transfer.target, _parcel(context, transfer), clock.now())
    except NotDelivered as error:
        outcome = adapters.failure(error)
        decision = retry.after(outcome, attempts)
        if isinstance(decision, retry.Again) and attempts < TRIES:
            raise Later(decision.seconds) from error
        _give_up(context, transfer, outcome)
    else:
        _delivered(context, transfer, delivery)


def _due(context: JobContext) -> Transfer | None:
    mine = Transfer.objects.filter(request_id=context.about, kind=TransferKind.HTTPS, state=TransferState.PENDING)
    return mine.select_related("request").first()


def _parcel(context: JobContext, transfer: Transfer) -> Parcel:
    """The package as it leaves: opened as it is sent, and cut short as soon as the job is no longer ours."""
    package = Package.objects.select_related("key").get(request_id=context.about, destroyed_at__isnull=True)
    key = unwrap_key(package.key.wrapped)

    def pieces() -> Iterator[bytes]:
        for piece in plaintext(package_files.path_of(package), key):
            context.check()
            yield piece

    return Parcel(transfer.pk, f"{transfer.request.reference}.zip", package.size, package.sha256, pieces())


def _delivered(context: JobContext, transfer: Transfer, delivery: Delivery) -> None:
    state = TransferState.DELIVERED if delivery.taken else TransferState.SENT
    with context.effect(STEP) as marker:
        marker.count = 1
        now = clock.now()
        transfer.sent_at, transfer.delivered_at = now, now if delivery.taken else None
        _end(transfer, state, delivery.as_json())
        notifications.transferred(
            transfer.request, transfer, confirmed=delivery.confirmed, to=address_of(transfer.request)
        )
        _record(transfer)


def _give_up(context: JobContext, transfer: Transfer, outcome: Outcome) -> None:
    said = {"detail": outcome.detail.value, "status": outcome.status}
    with context.effect(STEP):
        _end(transfer, TransferState.FAILED, {name: value for name, value in said.items() if value})
        notifications.transfer_failed(transfer.request, transfer, to=address_of(transfer.request))
        _record(transfer)


def _end(transfer: Transfer, state: TransferState, proof: dict[str, str | int | bool]) -> None:
    transfer.state, transfer.proof = state, proof
    transfer.target = without_secret(transfer.target)
    transfer.save(update_fields=["state", "proof", "target", "sent_at", "delivered_at"])


def _record(transfer: Transfer) -> None:
    digest = transfer.request.subject_digest
    data = {"to": transfer.state}
    audit.record(event="package.transferred", actor=SYSTEM, subject_digest=digest, about=transfer, data=data)
