"""The table of ways to tell a recipient, and the three questions that every one of them answers in the same form."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from rights_requests.recipients import manual, opendsr, webhook
from rights_requests.recipients.addresses import AddressFault, read
from rights_requests.recipients.notices import Detail, NotGenuine, Notice, Outcome, Party, Received
from rights_requests.recipients.transport import Answered, NotDelivered, Reason, Refused, Unreachable, trusts
from rights_requests.vocabulary import Adapter, NoticeKind, NoticeState

# A callback is a few words and a signature.
CALLBACK_BYTES = 65_536
KINDS_OF_IDENTIFIER = ("email", "phone", "user", "visitor")
_BUSY = frozenset({408, 425, 429})
_FROM_HERE_THEIR_FAULT = 500
# Answers to a question after the status from a recipient that tells us by itself and cannot be asked.
_NOT_TO_BE_ASKED = frozenset({404, 405, 501})


@dataclass(frozen=True)
class Way:
    """One way to tell a recipient: which notices and identifiers it can carry, and the functions that do it."""

    kinds: frozenset[NoticeKind]
    identifiers: frozenset[str]
    tell: Callable[[Party, Notice, datetime], Outcome]
    check: Callable[[Party, UUID, datetime], Outcome]
    read_callback: Callable[[Party, Received, datetime], Outcome]
    faults: Callable[[Party], Iterator[tuple[str, Any]]]
    has_address: bool = True


_ANY_KIND = frozenset(NoticeKind)
_ANY_IDENTIFIER = frozenset(KINDS_OF_IDENTIFIER)
WAYS: Mapping[Adapter, Way] = MappingProxyType(
    {
        Adapter.MANUAL: Way(
            _ANY_KIND, _ANY_IDENTIFIER, manual.tell, manual.check, manual.read_callback, manual.faults, False
        ),
        Adapter.WEBHOOK: Way(
            _ANY_KIND, _ANY_IDENTIFIER, webhook.tell, webhook.check, webhook.read_callback, webhook.faults
        ),
        Adapter.OPENDSR: Way(
            frozenset({NoticeKind.ERASURE}),
            frozenset(opendsr.IDENTITY_TYPES),
            opendsr.tell,
            opendsr.check,
            opendsr.read_callback,
            opendsr.faults,
        ),
    }
)


def tell(adapter: Adapter, party: Party, notice: Notice, now: datetime) -> Outcome:
    """Tell a recipient. May be repeated: the notice's id lets the recipient know that it is the same one.

    Whatever goes wrong on the way is an outcome too, with the state PENDING: nothing is raised, and only a statement
    signed by the recipient makes more of it than SENT.
    """
    way = WAYS[adapter]
    if notice.kind not in way.kinds or not {found.kind for found in notice.identifiers} <= way.identifiers:
        return Outcome(NoticeState.PENDING, Detail.UNSUPPORTED)
    try:
        return way.tell(party, notice, now)
    except NotDelivered as error:
        return failure(error)


def check(adapter: Adapter, party: Party, notice_id: UUID, now: datetime) -> Outcome:
    """Ask how far a recipient is that was told before. Sends no personal data and raises nothing."""
    try:
        return WAYS[adapter].check(party, notice_id, now)
    except Answered as error:
        if error.status in _NOT_TO_BE_ASKED:
            return Outcome(NoticeState.SENT, Detail.NO_STATEMENT, status=error.status)
        return failure(error)
    except NotDelivered as error:
        return failure(error)


def read_callback(adapter: Adapter, party: Party, received: Received, now: datetime) -> Outcome:
    """What a recipient tells us by itself; raises NotGenuine, to be answered by 403, before anything of it is read."""
    if len(received.raw) > CALLBACK_BYTES:
        raise NotGenuine("too large")
    return WAYS[adapter].read_callback(party, received, now)


def faults(adapter: Adapter, party: Party) -> dict[str, Any]:
    """What is wrong with a recipient's settings: for each a sentence that says what to write instead."""
    way = WAYS[adapter]
    found = dict(way.faults(party))
    if not set(party.known_by) <= way.identifiers:
        found["known_by"] = _("This way of telling knows these kinds of identifier: %(kinds)s.") % {
            "kinds": ", ".join(kind for kind in KINDS_OF_IDENTIFIER if kind in way.identifiers)
        }
    if not trusts(party.setting("authority")):
        found["authority"] = _("Paste the authority's certificate, from its BEGIN line to its END line, or nothing.")
    if way.has_address:
        try:
            read(party.address)
        except AddressFault as error:
            found["address"] = error.message
    return found


def failure(error: NotDelivered) -> Outcome:
    """What a message that did not arrive means for its notice."""
    match error:
        case Refused():
            return Outcome(NoticeState.PENDING, Detail.ADDRESS_REFUSED)
        case Unreachable(reason=Reason.CERTIFICATE):
            return Outcome(NoticeState.PENDING, Detail.CERTIFICATE)
        case Answered(status=status, retry_after_seconds=seconds):
            busy = status in _BUSY or status >= _FROM_HERE_THEIR_FAULT
            detail = Detail.TOLD_TO_WAIT if busy else Detail.TURNED_AWAY
            return Outcome(NoticeState.PENDING, detail, status=status, retry_after_seconds=seconds)
        case _:
            return Outcome(NoticeState.PENDING, Detail.UNREACHABLE)
