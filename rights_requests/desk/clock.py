"""The panel of the clock: by which law, until when, what moved it, what is left, and where that is written."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from rights_requests import regimes, rules, term_words, words
from rights_requests.deadlines import Term, pause_counts, term_to_show
from rights_requests.desk import queue
from rights_requests.desk.act import Staff
from rights_requests.models import CLOSED_STATES, Decision, RightsRequest
from rights_requests.regimes.places import name_of
from rights_requests.selectors import extension, fee_of, nothing_charged, open_question
from rights_requests.vocabulary import Answer, AskReason, DecisionKind


def panel(request: RightsRequest, _user: Staff) -> Mapping[str, Any]:
    """Everything that counts for the dates of this request; every request has a clock."""
    term, fee, question = term_to_show(request), fee_of(request), open_question(request)
    regime = regimes.regime_named(term.counted_by)
    is_open = request.state not in CLOSED_STATES
    return {
        "place": name_of(request.country),
        "law": regime.law if regime else "",
        "is_law": term.law,
        "because": term_words.because(term, request.right),
        "source": regime.clock_for(request.right).source if regime else None,
        "first_due": request.extended_from or term.due_at,
        "extension": extension(request),
        "no_extension": is_open and term.extended_due_at is None,
        "pauses": term_words.pauses(term),
        "left": queue.due(request).label if is_open else "",
        "question": question if question and question.kind == DecisionKind.ASK else None,
        "runs_on": why_it_runs_on(term, question) if question and not request.paused_at else "",
        "free": rules.free_by_law(request),
        "fee": fee,
        "fee_said": _fee_said(request, fee) if fee else "",
    }


def _fee_said(request: RightsRequest, fee: Decision) -> str:
    """What became of a fee, and what to do now."""
    amount = {"amount": words.euros(fee.amount_cents or 0)}
    if nothing_charged(request):
        return _("A fee of %(amount)s was proposed. The request ended without our answer: charge nothing.") % amount
    if fee.answer == Answer.ACCEPTED:
        return _("The person accepted a fee of %(amount)s. Go on, and bill it outside this site.") % amount
    if fee.answer == Answer.DECLINED:
        return _("The person declined a fee of %(amount)s. Answer without a fee, or refuse with the reason.") % amount
    return _("A fee of %(amount)s is proposed; nothing is charged unless the person accepts.") % amount


def why_it_runs_on(term: Term, question: Decision) -> str:
    """Why a question does not stop the clock; empty where it does."""
    if question.reason != AskReason.IDENTITY:
        return _("The clock runs on: only a question about who asks can stop it.")
    if term.pause_if_asked_by is None:
        return _("The clock runs on: by the law that counts here nothing stops it.")
    if not pause_counts(term, question.decided_at):
        days = {"days": settings.IDENTITY_ASKED_WITHIN_DAYS}
        return _("The clock runs on: the question came later than %(days)d days after the request.") % days
    return ""
