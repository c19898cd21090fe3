"""Taking in what reached us by letter, call or e-mail: it counts as the form does, from the day it came (Art. 12)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID, uuid4

from django.db import transaction

from privacy import audit, clock
from privacy.actors import Actor
from privacy.data_map.subject import Subject, subject_of_email
from privacy.uploads.clean import Cleaned
from privacy.vocabulary import Right
from rights_requests import rules
from rights_requests.errors import OwnRequest, WordsNeeded
from rights_requests.models import IdentityCheck, Message, RightsRequest
from rights_requests.services import evidence, filing, stopping
from rights_requests.services.filing import Asked, Asker, FilingResult
from rights_requests.vocabulary import (
    STAND_IN,
    Channel,
    EvidenceKind,
    IdentityMethod,
    MessageKind,
    ObjectionGround,
    RequesterRole,
)
from rights_requests.words import controller_zone

_NOON = time(12)
_SHOWN_BY = {RequesterRole.AGENT: IdentityMethod.MANDATE, RequesterRole.GUARDIAN: IdentityMethod.GUARDIANSHIP}


@dataclass(frozen=True)
class Contact:
    """How somebody is reached; `post` and `phone` where there is no e-mail address."""

    email: str = ""
    name: str = ""
    post: str = ""
    phone: str = ""

    def as_json(self) -> dict[str, str]:
        """What is sealed."""
        return {"email": self.email, "name": self.name, "post": self.post, "phone": self.phone}


@dataclass(frozen=True)
class Arrived:
    """What came in: how, when, from whom, about whom, and how staff know that it is them (`known_how` in words).

    Without a `method` somebody must still become sure. `stand_in` is who asks for the person, where somebody does.
    """

    channel: Channel
    received_on: date
    person: Contact
    role: RequesterRole = RequesterRole.SELF
    stand_in: Contact = Contact()
    method: IdentityMethod | None = None
    known_how: str = ""


@transaction.atomic
def take_in(*, actor: Actor, arrived: Arrived, asked: Asked, key: UUID, files: Sequence[Cleaned] = ()) -> FilingResult:
    """File what reached staff, with its true date; whoever asks is told by mail, or staff are asked to post a letter.

    A sender's address proves nothing: while nobody is sure who it was, nothing leaves and nothing dies. A no to
    advertising needs no proof: it harms nobody, counts at once, and the person is told (Art. 21(3)). Idempotent by key.
    Raises NotAllowed, OwnRequest for a request about oneself, WordsNeeded when staff know the person without saying
    how, TooManyFiles, OSError, privacy.addresses.LookAlike, and ValueError for a date in the future.
    """
    rules.require_staff(actor)
    received_at = _moment(arrived.received_on)
    if arrived.method == IdentityMethod.KNOWN_TO_STAFF and not arrived.known_how.strip():
        raise WordsNeeded
    subject = _subject(arrived.person)
    if subject.user_id is not None and subject.user_id == actor.user_id:
        raise OwnRequest
    asker = _asker(arrived, subject, received_at, needs_proof=not _is_no_to_advertising(asked))

    def attach(request: RightsRequest) -> None:
        _attach(request, actor, arrived, files)

    return filing.file(actor=actor, asker=asker, asked=asked, idempotency_key=key, attach=attach)


def _is_no_to_advertising(asked: Asked) -> bool:
    return asked.right == Right.OBJECTION and asked.ground == ObjectionGround.MARKETING


def _asker(arrived: Arrived, subject: Subject, received_at: datetime, *, needs_proof: bool) -> Asker:
    stands_in = arrived.role in STAND_IN
    unsure = None if arrived.method or not needs_proof else IdentityMethod.EMAIL_CODE
    return Asker(
        subject=subject,
        method=None if stands_in else arrived.method,
        open_method=_SHOWN_BY[arrived.role] if stands_in else unsure,
        role=arrived.role,
        address=arrived.stand_in.email if stands_in else "",
        name=arrived.stand_in.name,
        channel=arrived.channel,
        received_at=received_at,
        contact={} if stands_in or arrived.person.email else arrived.person.as_json(),
    )


def _attach(request: RightsRequest, actor: Actor, arrived: Arrived, files: Sequence[Cleaned]) -> None:
    if arrived.known_how.strip():
        text = arrived.known_how.strip()
        Message.objects.create(request=request, kind=MessageKind.NOTE, author=str(actor), text=text)
    IdentityCheck.objects.filter(request=request, decided_at__isnull=False).update(decided_by=actor.user_id)
    kind = EvidenceKind.MANDATE if arrived.role in STAND_IN else EvidenceKind.ATTACHMENT
    for file in files:
        evidence.keep(request_id=request.pk, actor=actor, kind=kind, file=file)
    if rules.is_identified(request):
        stopping.begin_at_once(request, actor=actor)
    data = {"channel": request.channel}
    audit.record(event="request.taken_in", actor=actor, subject_digest=request.subject_digest, about=request, data=data)


def _subject(person: Contact) -> Subject:
    if person.email:
        return subject_of_email(person.email)
    if person.phone:
        return Subject(phones=frozenset({person.phone}))
    # Known by a postal address alone: nothing of ours is reached by it, so the case has a name of its own.
    return Subject(visitor_refs=frozenset({f"post:{uuid4()}"}))


def _moment(received_on: date) -> datetime:
    """Noon of the day where the controller is, or now when that is still to come; raises ValueError for the future."""
    now = clock.now()
    if received_on > now.astimezone(controller_zone()).date():
        raise ValueError("what has not arrived yet cannot be taken in")
    return min(datetime.combine(received_on, _NOON, tzinfo=controller_zone()), now)
