"""Reminding by hand whoever a request waits for: who made it of our open question, or the colleague who has it."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from privacy import audit, clock
from privacy.actors import Actor
from rights_requests import letters_to_staff, notifications, rules
from rights_requests.errors import NobodyToRemind, RemindedToday, WrongState
from rights_requests.models import CLOSED_STATES, Reminder, RightsRequest, State
from rights_requests.selectors import open_question
from rights_requests.subjects import address_of, known
from rights_requests.vocabulary import ReminderTo
from rights_requests.words import controller_zone

_BY_ITSELF = (State.APPROVED, State.RUNNING)


@transaction.atomic
def remind(*, request_id: UUID, actor: Actor) -> Reminder:
    """Write to whoever the request waits for; at most once a day for each request, whoever asks for it.

    Raises NotFound, NotAllowed, OwnRequest, RemindedToday, NobodyToRemind, WrongState for a closed request.
    """
    request = rules.locked_for_staff(request_id, actor)
    whom = waits_for(request, actor)
    today = timezone.localdate(clock.now(), controller_zone())
    if request.reminders.filter(sent_on=today).exists():
        raise RemindedToday
    sent = Reminder.objects.create(request=request, whom=whom, sent_on=today, sent_by_id=actor.user_id)
    question = open_question(request)
    if whom == ReminderTo.ASKER and question is not None:
        notifications.question_reminder(request, question, about=sent.pk, to=address_of(request))
    elif request.assignee is not None:
        letters_to_staff.colleague_reminded(request, sent.pk, to=str(request.assignee.email))
    data = {"whom": whom.value}
    audit.record(event="request.reminded", actor=actor, subject_digest=request.subject_digest, about=request, data=data)
    return sent


def waits_for(request: RightsRequest, actor: Actor) -> ReminderTo:
    """Whom a reminder would go to as the request stands; raises NobodyToRemind and WrongState."""
    if request.state in CLOSED_STATES:
        raise WrongState
    if open_question(request) is not None and known(request):
        return ReminderTo.ASKER
    if request.state in _BY_ITSELF:
        raise NobodyToRemind(NobodyToRemind.BY_ITSELF)
    if request.assignee_id is None:
        raise NobodyToRemind
    if request.assignee_id == actor.user_id:
        raise NobodyToRemind(NobodyToRemind.OWN)
    return ReminderTo.COLLEAGUE
