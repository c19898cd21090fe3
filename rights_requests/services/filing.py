"""Filing a request: what the person asks is on record before anything answers."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction

from privacy import clock, restriction
from privacy.actors import Actor
from privacy.data_map.plan import plan
from privacy.data_map.subject import Subject, subject_of_user
from privacy.digests import keyed_digests
from privacy.vocabulary import Purpose, Right
from rights_requests import letters_to_subject, notifications, rules, states
from rights_requests.contact import seal_person, seal_requester
from rights_requests.deadlines import columns, term_for
from rights_requests.errors import AccountAsked, NotAllowed, PlanChanged, SubjectSaidNo, TooMany
from rights_requests.models import CLOSED_STATES, IdentityCheck, RightsRequest
from rights_requests.references import new_reference
from rights_requests.services.heeding import approve_by_itself
from rights_requests.subjects import address_of
from rights_requests.vocabulary import (
    AFTER_HOLD,
    OWN_CORRECTION,
    STAND_IN,
    UNUSED_ACCOUNT,
    Channel,
    IdentityMethod,
    Outcome,
    RequesterRole,
)

REFERENCE_TRIES = 5
# Keys come from browsers; inside this namespace and beside the person's digest nobody can meet another's key.
_KEYS = UUID("6d1f1b0e-7f3c-4f0c-9d7b-2a3a0c4b8e55")


@dataclass(frozen=True)
class FilingResult:
    """The request, and whether it is new; False means the person had asked before and this is that request.

    `same_key` tells a button pressed twice from a second request: the key given made this very request.
    """

    request: RightsRequest
    created: bool
    same_key: bool = False


@dataclass(frozen=True)
class Asked:
    """What is asked, and what goes with it: the words of the pages, closed lists where the law has them.

    `plan_hash` is the plan of erasure that the person saw. `waives_cooling` gives up the time to change one's mind.
    """

    right: Right
    message: str = ""
    plan_hash: str | None = None
    ground: str = ""
    purposes: tuple[str, ...] = ()
    country: str = ""
    language: str = ""
    minor: bool = False
    waives_cooling: bool = False


@dataclass(frozen=True)
class Asker:
    """Whose data it is about, who asks for it in which role, and how we know.

    `address`, `name` and `account` are those of whoever asks for someone else. `method` is how we are sure of whoever
    asks; `open_method` is what staff must look at before anything leaves or dies. `contact` is how they are reached
    where an account or an e-mail address does not say it. `own_correction`: the person did it already, and only its
    recipients are told. `in_our_name` says why nobody asks: UNUSED_ACCOUNT, of which its person was told before, or
    AFTER_HOLD, where they asked before the backup that is lost. Neither is acknowledged.
    """

    subject: Subject
    method: IdentityMethod | None
    role: RequesterRole = RequesterRole.SELF
    address: str = ""
    name: str = ""
    channel: Channel = Channel.PORTAL
    received_at: datetime | None = None
    account: UUID | None = None
    contact: Mapping[str, str] = field(default_factory=dict)
    open_method: IdentityMethod | None = None
    own_correction: bool = False
    in_our_name: str = ""

    @property
    def digest(self) -> str:
        """What tells the requests of different askers about one person apart; empty for the person themselves."""
        return self.same_digests[0]

    @property
    def same_digests(self) -> tuple[str, ...]:
        """The same under every key that there was, the newest first: as it may stand in rows."""
        if self.role == RequesterRole.SELF:
            return (OWN_CORRECTION if self.own_correction else self.in_our_name,)
        return keyed_digests("email", self.address) if self.address else keyed_digests(self.role, self.name)


def file_request(
    *,
    actor: Actor,
    user: AbstractBaseUser,
    right: Right,
    message: str = "",
    idempotency_key: UUID | None = None,
    plan_hash: str | None = None,
    waives_cooling: bool = False,
) -> FilingResult:
    """`file` for a signed-in person and nothing but words; raises NotAllowed when the actor is not this person too."""
    if actor.kind != "subject" or actor.user_id != user.pk:
        raise NotAllowed
    asked = Asked(right, message, plan_hash, waives_cooling=waives_cooling)
    asker = Asker(subject_of_user(user.pk), IdentityMethod.ACCOUNT)
    return file(actor=actor, asker=asker, asked=asked, idempotency_key=idempotency_key)


@transaction.atomic
def file(
    *,
    actor: Actor,
    asker: Asker,
    asked: Asked,
    idempotency_key: UUID | None = None,
    attach: Callable[[RightsRequest], None] = lambda _request: None,
) -> FilingResult:
    """Record a request, with its term, its plan, the audit entry and a first message, which acknowledges it.

    The term is counted by the law of the person's place from when the request was received, and stays as it is.

    `attach` writes what belongs to a request of this right, in the same transaction and only when it is new. Idempotent
    twice over: the same key gives the request it made, whatever became of it; and while the same asker has an open
    request of the same right about this person, that one is returned. Both answers have `created` False. Nobody meets
    the request of another asker: an agent learns nothing from it, and stands in nobody's way.
    Raises TooMany when the asker filed settings.REQUESTS_PER_DAY requests in 24 hours, or others did about this person;
    SubjectSaidNo; AccountAsked when the open one is an account's, which a mailbox alone does not open; and PlanChanged
    when an erasure would now do something else than the plan the person saw.
    """
    subject = asker.subject
    keys = [uuid5(_KEYS, f"{same}:{idempotency_key}") for same in subject.same_digests] if idempotency_key else []
    earlier = _earlier(asker, asked.right, keys)
    if earlier is not None:
        if actor.kind == "subject" and not rules.is_party(earlier, actor):
            raise AccountAsked
        return _found(earlier, keys)
    _refuse_flood(asker)
    _refuse_unwanted(asker)
    request = _new(asker, asked, keys[0] if keys else None)
    if asked.right == Right.ERASURE and asked.plan_hash not in {None, request.plan_hash}:
        raise PlanChanged
    if not _insert(request):
        found = _earlier(asker, asked.right, keys)
        if found is None:
            raise NotAllowed  # no such thing: five references in a row were taken
        return _found(found, keys)
    _note_checks(request, asker)
    attach(request)
    if asker.role != RequesterRole.REPORTER and not (asker.in_our_name or asker.own_correction):
        _acknowledge(request)
    letters_to_subject.asked(request)
    letters_to_subject.asked_after_change(request)
    states.begin(request, actor)
    return FilingResult(approve_by_itself(request), created=True)


def _new(asker: Asker, asked: Asked, key: UUID | None) -> RightsRequest:
    """The request as it will be inserted, without its reference."""
    subject, now = asker.subject, clock.now()
    received_at = asker.received_at or now
    intended = plan(subject, asked.right)
    term = term_for(received_at=received_at, country=asked.country, right=asked.right, minor=asked.minor)
    cools = asked.right == Right.ERASURE and not asked.waives_cooling and not asked.minor
    request = RightsRequest(
        right=asked.right,
        subject_user_id=subject.user_id,
        requester_id=_account_of(asker),
        requester_role=asker.role,
        requester_digest=asker.digest,
        subject_digest=subject.digest,
        channel=asker.channel,
        language=asked.language,
        message=asked.message.strip(),
        ground=asked.ground,
        purposes=list(asked.purposes),
        minor=asked.minor,
        country=asked.country,
        plan=intended.as_json() if intended.items else {},
        plan_hash=intended.hash,
        idempotency_key=key,
        received_at=received_at,
        **columns(term),
        cooling_until=now + timedelta(hours=settings.ERASURE_COOLING_OFF_HOURS) if cools else None,
    )
    request.by_two = asked.right in settings.SECOND_PERSON_RIGHTS and not rules.decides_itself(request)
    if subject.user_id is None:
        request.subject_sealed = seal_person(subject, request.pk)
    if asker.address or asker.contact:
        said = {**asker.contact, "email": asker.address, "name": asker.name}
        request.requester_sealed = seal_requester(said, request.pk)
    return request


def _acknowledge(request: RightsRequest) -> None:
    """Tell whoever asks that the request is here: where a law wants an acknowledgement, this is it.

    Whoever is reached by post only is told when staff have posted the letter.
    """
    to = address_of(request)
    notifications.received(request, to=to)
    if to:
        request.acknowledged_at = clock.now()
        request.save(update_fields=["acknowledged_at"])


def _account_of(asker: Asker) -> UUID | None:
    """The account that asks; what is asked for with a mailbox alone was asked by none, even where there is one."""
    if asker.role != RequesterRole.SELF:
        return asker.account
    return None if asker.method == IdentityMethod.EMAIL_CODE else asker.subject.user_id


def _found(request: RightsRequest, keys: Collection[UUID]) -> FilingResult:
    return FilingResult(request, created=False, same_key=request.idempotency_key in keys)


def _note_checks(request: RightsRequest, asker: Asker) -> None:
    """Write down how we are sure of whoever asks, and what staff must look at first."""
    sure, open_ = asker.method, asker.open_method
    if sure == IdentityMethod.EMAIL_CODE and asker.role == RequesterRole.SELF and _is_blocked(asker.subject):
        # A mailbox alone does not open an account; where a block keeps its owner out, staff look at it.
        sure, open_ = None, sure
    if sure is not None:
        IdentityCheck.objects.create(request=request, method=sure, outcome=Outcome.PASSED, decided_at=clock.now())
    if open_ is not None:
        IdentityCheck.objects.create(request=request, method=open_)


def _is_blocked(subject: Subject) -> bool:
    return subject.user_id is not None and not restriction.allows(subject, Purpose.AUTHENTICATE)


def _earlier(asker: Asker, right: Right, keys: Collection[UUID]) -> RightsRequest | None:
    about = RightsRequest.objects.filter(subject_digest__in=asker.subject.digests())
    mine = about.filter(requester_digest__in=asker.same_digests)
    if keys and (same := mine.filter(idempotency_key__in=keys).first()):
        return same
    return mine.filter(right=right).exclude(state__in=CLOSED_STATES).first()


def _refuse_flood(asker: Asker) -> None:
    """What others ask about a person is counted apart, and what is told of own corrections: neither is in their way."""
    if asker.channel != Channel.PORTAL or asker.role == RequesterRole.REPORTER or asker.in_our_name:
        return
    lately = RightsRequest.objects.filter(received_at__gt=clock.now() - timedelta(days=1))
    about = lately.filter(subject_digest__in=asker.subject.digests())
    own = ("", OWN_CORRECTION, UNUSED_ACCOUNT, AFTER_HOLD)
    counted = [about.exclude(requester_digest__in=own), lately.filter(requester_digest__in=asker.same_digests)]
    if asker.digest in own:
        counted = [about.filter(requester_digest__in=asker.same_digests)]
    if any(found.count() >= settings.REQUESTS_PER_DAY for found in counted):
        raise TooMany


def _refuse_unwanted(asker: Asker) -> None:
    """Whoever was stopped by the person they asked for does not ask again the next day."""
    if asker.role not in STAND_IN:
        return
    stopped = IdentityCheck.objects.filter(
        request__subject_digest__in=asker.subject.digests(),
        request__requester_digest__in=asker.same_digests,
        outcome=Outcome.FAILED,
        decided_by__isnull=True,
        decided_at__gt=clock.now() - timedelta(days=settings.STOP_LINK_DAYS),
    )
    if stopped.exists():
        raise SubjectSaidNo


def _insert(request: RightsRequest) -> bool:
    """Insert under a free reference; False when the person's own request of this kind was faster."""
    for _try in range(REFERENCE_TRIES):
        request.reference = new_reference()
        try:
            with transaction.atomic():
                request.save(force_insert=True)
        except IntegrityError:
            if not RightsRequest.objects.filter(reference=request.reference).exists():
                return False
        else:
            return True
    return False
