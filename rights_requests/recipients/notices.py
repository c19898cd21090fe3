"""What the adapters know: a recipient, a notice, and what came of telling it; plain values without a database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from privacy.data_map.subject import Subject
from rights_requests.vocabulary import NoticeKind, NoticeState

# In what order a notice moves: only ever on, and what has ended stays as it ended.
_RANK = {
    NoticeState.PENDING: 0,
    NoticeState.SENT: 1,
    NoticeState.ACKNOWLEDGED: 2,
    NoticeState.COMPLETED: 3,
    NoticeState.IMPOSSIBLE: 3,
}
ENDED = frozenset({NoticeState.COMPLETED, NoticeState.IMPOSSIBLE})


class Detail(StrEnum):
    """Why a notice is where it is; the sentence for staff and for the person is in DETAILS."""

    # Nothing was told.
    STAFF_TASK = "staff_task"
    UNSUPPORTED = "unsupported"
    NOT_KNOWN_BY_THIS = "not_known_by_this"
    UNREADABLE = "unreadable"
    ADDRESS_REFUSED = "address_refused"
    UNREACHABLE = "unreachable"
    CERTIFICATE = "certificate"
    TOLD_TO_WAIT = "told_to_wait"
    TURNED_AWAY = "turned_away"
    # Told, and no word that can be relied on.
    NO_STATEMENT = "no_statement"
    NOT_GENUINE = "not_genuine"
    # What the recipient said.
    TAKEN_IN = "taken_in"
    DONE = "done"
    NOTHING_HELD = "nothing_held"
    NOT_POSSIBLE = "not_possible"
    DISPROPORTIONATE = "disproportionate"
    OUR_FINDING = "our_finding"
    REQUIRED_BY_LAW = "required_by_law"
    CANCELLED = "cancelled"
    # What made it pointless.
    ERASED = "erased"


DETAILS: Mapping[Detail, Any] = MappingProxyType(
    {
        Detail.STAFF_TASK: _("A member of staff writes to this recipient."),
        Detail.UNSUPPORTED: _("This recipient cannot be told this automatically. A member of staff writes to it."),
        Detail.NOT_KNOWN_BY_THIS: _("This recipient knows people by something that we do not hold about this person."),
        Detail.UNREADABLE: _("What we sealed for this recipient cannot be opened any more."),
        Detail.ADDRESS_REFUSED: _("The recipient's address is not one that we may call."),
        Detail.UNREACHABLE: _("The recipient's server did not answer."),
        Detail.CERTIFICATE: _("The recipient's server could not prove that it is the recipient's."),
        Detail.TOLD_TO_WAIT: _("The recipient's server was too busy or out of order."),
        Detail.TURNED_AWAY: _("The recipient's server did not accept the message."),
        Detail.NO_STATEMENT: _("The recipient's server took the message and confirmed nothing."),
        Detail.NOT_GENUINE: _("What the recipient's server said was not signed by the recipient."),
        Detail.TAKEN_IN: _("The recipient confirmed that it was told."),
        Detail.DONE: _("The recipient did it."),
        Detail.NOTHING_HELD: _("The recipient holds nothing about this person."),
        Detail.NOT_POSSIBLE: _("The recipient says that it is impossible."),
        Detail.OUR_FINDING: _(
            "A member of staff found that it is impossible, or would take a disproportionate effort."
        ),
        Detail.DISPROPORTIONATE: _("The recipient says that it would take a disproportionate effort."),
        Detail.REQUIRED_BY_LAW: _("The recipient says that the law obliges it to keep the data."),
        Detail.CANCELLED: _("The recipient stopped before it was done, and gave no reason."),
        Detail.ERASED: _("All data of the person was erased meanwhile, and who else had it was told to erase it."),
    }
)


class NotGenuine(Exception):
    """Something claims to come from a recipient and is not signed by it, is too old, or cannot be read: answer 403."""


@dataclass(frozen=True)
class Party:
    """A recipient as its adapter sees it.

    `settings` may hold `known_by` (the kinds of identifier it knows people by), `authority` (PEM: the only certificates
    that may vouch for its server), `public_key` (webhook), `certificate` (PEM) and `domain` (opendsr).
    """

    name: str
    address: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)

    def setting(self, name: str) -> str:
        """One text of the settings, or nothing."""
        return str(self.settings.get(name) or "")

    @property
    def known_by(self) -> tuple[str, ...]:
        """The kinds of identifier that it knows people by; e-mail addresses unless it says otherwise."""
        return tuple(self.settings.get("known_by") or ("email",))


@dataclass(frozen=True)
class Identifier:
    """One thing that a recipient knows a person by: its kind (as in the data map's Subject) and its value."""

    kind: str
    value: str


@dataclass(frozen=True)
class Correction:
    """A value that was put right."""

    field: str
    old: str
    new: str


@dataclass(frozen=True)
class Notice:
    """What a recipient is told. It says the same at every attempt, so that a repeated one can be recognised.

    Raises ValueError when nothing identifies the person, or when a rectification corrects nothing.
    """

    id: UUID
    request_id: UUID
    kind: NoticeKind
    created_at: datetime
    identifiers: tuple[Identifier, ...]
    corrections: tuple[Correction, ...] = ()
    callback_url: str = ""

    def __post_init__(self) -> None:
        if not self.identifiers:
            raise ValueError("a notice says whom it is about")
        if bool(self.corrections) != (self.kind == NoticeKind.RECTIFICATION):
            raise ValueError("corrections belong to a rectification, and to nothing else")

    @property
    def created(self) -> str:
        """When it was first made, as RFC 3339 in whole seconds UTC."""
        return self.created_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class Outcome:
    """What came of telling or asking: how far the recipient is, why, and what a later question needs.

    `status` is the number of the answer where there was one, `retry_after_seconds` what the other side asked for,
    `reference` its own name for the matter.
    """

    state: NoticeState
    detail: Detail
    reference: str = ""
    status: int | None = None
    retry_after_seconds: int | None = None


@dataclass(frozen=True)
class Received:
    """What arrived at the address we gave for one notice: bytes and headers as they came."""

    notice_id: UUID
    url: str
    raw: bytes
    headers: Mapping[str, str]

    def header(self, name: str) -> str:
        """One header by its name in any case, or nothing."""
        return next((value for found, value in self.headers.items() if found.lower() == name.lower()), "")


def identifiers_of(subject: Subject, known_by: Iterable[str]) -> tuple[Identifier, ...]:
    """What a recipient that knows people by these kinds is told, and no more (Art. 5(1)(c) GDPR)."""
    return tuple(Identifier(kind, str(value)) for kind in known_by for value in subject.values(kind))


def moves_on(before: str, after: NoticeState) -> bool:
    """Whether a notice goes from one state to the other. Nothing goes back, so a repeated or late word does nothing."""
    return _RANK[after] > _RANK[NoticeState(before)]
