"""Who is there on the day at the desk: people with their requests, made by the services, and three members of staff."""

from dataclasses import dataclass
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.test import Client, RequestFactory

from accounts.models import Profile, User
from benchmarks.desk_player import (
    QUEUE,
    Counted,
    Desk,
    Kind,
    answer_and_approve,
    approve,
    correct,
    recommend,
    refuse,
    resume,
)
from privacy import staff_visits
from privacy.actors import Actor
from privacy.data_map.rectify import held
from privacy.data_map.subject import Subject, subject_of_user
from privacy.models import Job, JobState
from privacy.vocabulary import LookReason, Right
from rights_requests.models import Message, RightsRequest, State
from rights_requests.services import correcting, deciding, filing
from rights_requests.vocabulary import MessageKind


@dataclass
class People:
    """The member of staff whose day it is, and the colleague who recommends what they approve."""

    agent: User
    colleague: User
    day: str
    number: int = 0

    @classmethod
    def hired(cls, day: str) -> "People":
        """Two members of staff with all permissions and a second step."""
        return cls(_staff(f"agent.{day}@example.org"), _staff(f"colleague.{day}@example.org"), day)

    def person(self) -> User:
        """Somebody with an account and a profile."""
        self.number += 1
        user: User = get_user_model().objects.create_user(f"person{self.number}.{self.day}@example.org", None)
        Profile.objects.create(user=user, name="Ann")
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return user


def played(people: People, *, by_hand: bool) -> dict[str, Counted]:
    """Let two hundred requests come in, and work on them, kind after kind, as the member of staff whose day it is."""
    desk = Desk(_browser(people.agent))
    for kind in KINDS:
        waiting = [kind.make(people) for _number in range(kind.count)]
        desk.kind = kind.name
        desk.found[kind.name].requests = len(waiting)
        (_by_hand if by_hand else _onward)(desk, kind, waiting)
    return dict(desk.found)


def _by_hand(desk: Desk, kind: Kind, waiting: list[RightsRequest]) -> None:
    for request in waiting:
        desk.kind = ""  # the queue as it lies open, narrowed to what is worked on
        desk.opens(f"{QUEUE}?q={request.reference}")
        desk.kind = kind.name
        desk.follows(f"{request.pk}/change/")
        if kind.takes and desk.has("/act/take/"):
            desk.presses("/act/take/")
        kind.work(desk)
        desk.follows(QUEUE)
    desk.found.pop("", None)


def _onward(desk: Desk, kind: Kind, waiting: list[RightsRequest]) -> None:
    """The first is opened from the queue; from then on each act leads to the next of the day."""
    for request in waiting:
        if f"/{request.pk}/" not in desk.path:
            desk.opens(f"{QUEUE}?q={request.reference}")
            desk.follows(f"{request.pk}/change/")
        if 'aria-pressed="false"' in desk.page:
            desk.presses("/onward/")
        kind.work(desk)


def _asked(people: People, right: Right, kind: str) -> RightsRequest:
    user = people.person()
    actor = Actor.subject(user.pk, Subject(user_id=user.pk).digest)
    return filing.file_request(actor=actor, user=user, right=right, message=kind, waives_cooling=True).request


def _plain(right: Right, kind: str) -> Any:
    return lambda people: _asked(people, right, kind)


def _written(people: People) -> RightsRequest:
    request = _asked(people, Right.ACCESS, "access, the person wrote")
    Message.objects.create(request=request, kind=MessageKind.FROM_PERSON, author="subject:person", text="Hello?")
    return request


def _correction(people: People) -> RightsRequest:
    request = _asked(people, Right.RECTIFICATION, "rectification of one value")
    assert request.subject_user_id is not None
    name = next(value for value in held(subject_of_user(request.subject_user_id)) if value.text == "Ann")
    colleague = Actor.staff(people.colleague.pk)
    correcting.note(request_id=request.pk, actor=colleague, key=name.key, new="Anne", statement="")
    return request


def _recommended(people: People) -> RightsRequest:
    request = _asked(people, Right.ERASURE, "erasure, second person")
    colleague = Actor.staff(people.colleague.pk)
    return deciding.prepare(request_id=request.pk, actor=colleague, plan_hash=request.plan_hash)


def _stopped(people: People) -> RightsRequest:
    request = _asked(people, Right.PORTABILITY, "work that stopped")
    stuck = {"state": JobState.NEEDS_STAFF, "failed_step": "package", "failure": "OSError"}
    Job.objects.create(kind=request.right, about=request.pk, **stuck)
    RightsRequest.objects.filter(pk=request.pk).update(state=State.NEEDS_ATTENTION)
    return request


KINDS = (
    Kind("access", 40, _plain(Right.ACCESS, "access"), approve),
    Kind("portability", 20, _plain(Right.PORTABILITY, "portability"), approve),
    Kind("restriction", 20, _plain(Right.RESTRICTION, "restriction"), approve),
    Kind("objection", 20, _plain(Right.OBJECTION, "objection"), approve),
    Kind("rectification of one value", 30, _correction, correct),
    Kind("erasure, first person", 20, _plain(Right.ERASURE, "erasure, first person"), recommend),
    Kind("erasure, second person", 20, _recommended, approve, takes=False),
    Kind("access, refused", 10, _plain(Right.ACCESS, "access, refused"), refuse),
    Kind("access, the person wrote", 10, _written, answer_and_approve),
    Kind("work that stopped", 10, _stopped, resume),
)


def _staff(email: str) -> User:
    user: User = get_user_model().objects.create_user(email, None, is_staff=True, is_superuser=True)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "sealed"})
    return user


def _browser(user: User) -> Client:
    """Signed in, and asked a moment ago who it is and what the visit is for: once a day counts for nothing here."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    request = RequestFactory().post("/")
    request.session, request.user = client.session, user
    record_authentication(request, user, "password", reauthenticated=True)
    staff_visits.begin(actor=Actor.staff(user.pk), session=request.session, reason=LookReason.REQUESTS)
    request.session.save()
    return client
