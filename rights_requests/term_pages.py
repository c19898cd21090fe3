"""What pages say about the clock of a request: until when, by which law, and when it stands still and why."""

from typing import Any

from rights_requests import term_words
from rights_requests.deadlines import term_of
from rights_requests.models import CLOSED_STATES, RightsRequest


def clock(request: RightsRequest) -> dict[str, Any]:
    """`answer_by` and `counted_why` in sentences, empty once it is answered, and `pauses`, one sentence for each."""
    term = term_of(request)
    told = {"pauses": term_words.pauses(term)}
    if request.state in CLOSED_STATES:
        return {**told, "answer_by": "", "counted_why": ""}
    since = request.paused_at
    return {
        **told,
        "answer_by": term_words.stands_still(term, since) if since else term_words.answer_by(term),
        "counted_why": term_words.because(term, request.right),
    }
