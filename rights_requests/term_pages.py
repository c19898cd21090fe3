"""What pages say about the clock of a request: until when, by which law, and when it stands still and why."""

from typing import Any

from rights_requests import rules, term_words, words
from rights_requests.deadlines import term_to_show
from rights_requests.forms import AnswerForm
from rights_requests.models import CLOSED_STATES, RightsRequest
from rights_requests.people import Party
from rights_requests.selectors import extension, fee_of, nothing_charged, open_question
from rights_requests.vocabulary import DecisionKind


def clock(request: RightsRequest) -> dict[str, Any]:
    """`answer_by` and `counted_why` in sentences, empty once it is answered, and `pauses`, one sentence for each."""
    term = term_to_show(request)
    told = {"pauses": term_words.pauses(term)}
    if request.state in CLOSED_STATES:
        return {**told, "answer_by": "", "counted_why": ""}
    since = request.paused_at
    return {
        **told,
        "answer_by": term_words.stands_still(term, since) if since else term_words.answer_by(term),
        "counted_why": term_words.because(term, request.right),
    }


def decided(request: RightsRequest, who: Party) -> dict[str, Any]:
    """For the people of the request alone: why the term is longer; for whoever asked the open question and the fee."""
    asker = rules.is_asker(request, who.actor)
    question, fee = (open_question(request), fee_of(request)) if asker else (None, None)
    asks = question is not None and question.kind == DecisionKind.ASK
    return {
        "question": question if asks else None,
        "answer_form": AnswerForm(question=question) if question and asks else None,
        "fee": fee,
        "fee_amount": words.euros(fee.amount_cents or 0) if fee else "",
        "fee_open": fee is not None and fee == question,
        "nothing_charged": nothing_charged(request),
        "extension": extension(request),
    }
