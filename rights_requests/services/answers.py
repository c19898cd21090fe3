"""Taking the person's answer to what we asked: the question is closed, the clock runs again, the work goes on."""

from privacy import clock
from privacy.actors import Actor
from rights_requests import rules, states
from rights_requests.models import Decision, RightsRequest
from rights_requests.selectors import open_question
from rights_requests.states import Event
from rights_requests.vocabulary import Answer, DecisionKind


def take(request: RightsRequest, *, actor: Actor) -> None:
    """In the transaction that takes a message: if we waited for an answer, and whoever asked wrote it, this is it."""
    question = open_question(request)
    if question is not None and question.kind == DecisionKind.ASK and rules.is_asker(request, actor):
        close(question, actor=actor)


def close(question: Decision, *, actor: Actor, answer: Answer = Answer.OPEN) -> RightsRequest:
    """Close an open question or fee, in the caller's transaction; whatever stood still for it goes on. Call it last."""
    question.answer, question.answered_at = answer, clock.now()
    question.save(update_fields=["answer", "answered_at"])
    return states.advance(request_id=question.request_id, event=Event.ANSWER, actor=actor)
