"""Six requests that reached the staff by letter, call and e-mail, each at another point of its way: to try the desk."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from django.contrib.auth import get_user_model
from django.db import transaction

from privacy import clock
from privacy.actors import Actor
from privacy.vocabulary import Right
from rights_requests.models import RightsRequest
from rights_requests.services import assigning, deciding, taking_in, terms
from rights_requests.services.filing import Asked
from rights_requests.services.taking_in import Arrived, Contact
from rights_requests.vocabulary import Channel, ErasureGround, ExtensionReason, IdentityMethod, RestrictionGround
from rights_requests.words import controller_zone

AGENT = "agent@occicor.example"


def _leave(_request: UUID, _agent: Actor) -> None:
    """Nobody has looked at it yet."""


def _approve(request: UUID, agent: Actor) -> None:
    deciding.approve(request_id=request, actor=agent)


def _recommend(request: UUID, agent: Actor) -> None:
    """Its plan was stored a moment ago, by the taking in."""
    assigning.take(request_id=request, actor=agent)
    deciding.prepare(request_id=request, actor=agent)


def _extend(request: UUID, agent: Actor) -> None:
    assigning.take(request_id=request, actor=agent)
    why = "Vous demandez dix ans de messages, à plusieurs endroits. Nous relisons chacun d’eux avant de vous l’envoyer."
    terms.extend(request_id=request, actor=agent, reason=ExtensionReason.COMPLEXITY, text=why)


@dataclass(frozen=True)
class Came:
    """A request as it reached the staff, so many days ago, and what the agent did with it since."""

    days_ago: int
    channel: Channel
    email: str
    asked: Asked
    known_how: str = ""
    since: Callable[[UUID, Actor], None] = _leave


# Their addresses are known: enrolled by a Customer of the demonstration, or subscribed to its messages.
CAME = (
    Came(
        *(34, Channel.LETTER, "maelle@marche-lavande.example"),
        Asked(
            Right.ERASURE,
            "I left the company in spring.",
            ground=ErasureGround.NO_LONGER_NEEDED,
            country="FR",
            language="fr",
        ),
        "She wrote from the address of her contract and named her last store.",
        _recommend,
    ),
    Came(
        *(25, Channel.EMAIL, "yanis@marche-lavande.example"),
        Asked(Right.ACCESS, "What did Marché Lavande tell you about me?", country="FR", language="fr"),
        "He answered our call-back on the number that his employer gave.",
    ),
    Came(
        *(20, Channel.PHONE, "luc.lecteur@example.org"),
        Asked(Right.ACCESS, "Everything since 2016, please, with all messages.", country="FR", language="fr"),
        "He read us the code from the last message we sent.",
        _extend,
    ),
    Came(
        *(12, Channel.LETTER, "huda.qaria@example.org"),
        Asked(
            Right.RESTRICTION,
            "My name is wrong in your lists.",
            ground=RestrictionGround.ACCURACY,
            country="AE",
            language="ar",
        ),
        "She named the day on which she subscribed.",
    ),
    Came(
        *(9, Channel.EMAIL, "sofia.reader@example.org"),
        Asked(Right.ACCESS, "A copy of what you hold, please.", language="en"),
        "She answered from the mailbox on record.",
        _approve,
    ),
    # Nobody is sure yet who wrote: the owner of the address was asked whether it was them.
    Came(
        *(5, Channel.EMAIL, "jo@epicerie-du-port.example"),
        Asked(Right.ACCESS, "Please send me what you have.", language="en"),
    ),
)


@transaction.atomic
def ensure() -> None:
    """Make them unless there is a request already, or nobody to do it. Safe to repeat."""
    agent = get_user_model().objects.filter(email=AGENT).first()
    if agent is None or RightsRequest.objects.exists():
        return
    today = clock.now().astimezone(controller_zone()).date()
    actor = Actor.staff(agent.pk)
    for came in CAME:
        arrived = Arrived(
            came.channel,
            today - timedelta(days=came.days_ago),
            Contact(email=came.email),
            method=IdentityMethod.KNOWN_TO_STAFF if came.known_how else None,
            known_how=came.known_how,
        )
        filed = taking_in.take_in(actor=actor, arrived=arrived, asked=came.asked, key=uuid4())
        came.since(filed.request.pk, actor)
