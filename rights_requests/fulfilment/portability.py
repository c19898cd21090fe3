"""Carrying out portability: the package of what the person provided, and its way to whom they named (Art. 20)."""

from collections.abc import Iterator

from privacy.jobs.context import JobContext
from privacy.jobs.registry import Step
from rights_requests.fulfilment import transfer
from rights_requests.fulfilment.access import make_package, tell_ready
from rights_requests.fulfilment.frame import start
from rights_requests.models import Transfer
from rights_requests.services import transferring
from rights_requests.vocabulary import TransferKind, TransferState


def portability_steps(context: JobContext) -> Iterator[Step]:
    """The steps in order; the person can download as soon as the package is there, whatever becomes of the transfer."""
    yield Step("start", start)
    yield Step("package", make_package)
    yield Step("ready", tell_ready)
    yield Step("link", send_link)
    yield Step(transfer.STEP, transfer.hand_over)


def send_link(context: JobContext) -> None:
    """Write the recipient a link, where the person wanted one to be mailed."""
    with context.effect("link") as marker:
        mailed = Transfer.objects.select_related("request").filter(request=context.about, kind=TransferKind.MAIL)
        for found in mailed.filter(state=TransferState.PENDING):
            transferring.send_link(found)
            marker.count = 1
