"""Says a request's term to a person: until when, whether that is the law or our own word, and why it moved."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from privacy import clock
from rights_requests import regimes, words
from rights_requests.deadlines import Term
from rights_requests.regimes import HOME, STRICTEST, Span, Unit


def is_over(due_at: datetime, now: datetime | None = None) -> bool:
    """Whether a term has ended: nobody is told any more that something happens "at the latest" then."""
    return due_at < (now or clock.now())


def late(due_at: datetime, now: datetime | None = None) -> str:
    """To somebody who waits for our answer: that it is late, with an apology; empty while the term runs."""
    if not is_over(due_at, now):
        return ""
    when = {"day": words.in_words(due_at, now)}
    return _("You should have had our answer by %(day)s. We are late, and we are sorry.") % when


def answer_by(term: Term, now: datetime | None = None) -> str:
    """By when the answer is there: "The law gives us until Thursday 7 January 2027 (in 12 days)."; or it is late."""
    if sorry := late(term.due_at, now):
        return sorry
    when = {"day": words.in_words(term.due_at, now)}
    if term.law and term.extended_at is not None:
        return _("We told you that we need more time. The law gives us until %(day)s, and no longer.") % when
    if term.law:
        return _("The law gives us until %(day)s.") % when
    if term.extended_at is not None:
        return _("We told you that we need more time. Our commitment: you have our answer by %(day)s.") % when
    return _("Our commitment: you have our answer by %(day)s.") % when


def stands_still(term: Term, since: datetime) -> str:
    """While the clock stands still for a question: since when, why, and how much is left once the answer is there."""
    left = length(Span(max(words.days_between(since, term.due_at), 1), Unit.DAY))
    return _(
        "The clock has stood still since %(day)s: we cannot be sure who is asking and wait for an answer. When it is"
        " here, we have %(left)s left."
    ) % {"day": words.day(since), "left": left}


def because(term: Term, right: str) -> str:
    """Where the date comes from, in a sentence; empty when the rules no longer know the law that was counted by."""
    regime = regimes.regime_named(term.counted_by)
    if term.regime == STRICTEST:
        return _("We do not know which law holds where you live. So we keep to the shortest term that we know.")
    if term.counted_by not in {term.regime, HOME.code}:
        return _("For someone under 18 we keep to the shortest term that we know.")
    if regime is None:
        return ""
    return _counted(term) % {
        "law": regime.law,
        "span": length(regime.clock_for(right).answer),
        "day": words.day(term.received_at),
    }


def _counted(term: Term) -> str:
    if term.extended_at is not None:
        return _("By %(law)s we first had %(span)s from %(day)s. We can take longer only once.")
    if term.counted_by != term.regime:
        return _("We are in France, so %(law)s counts wherever you live: %(span)s from %(day)s.")
    if term.law:
        return _("We go by %(law)s: it gives us %(span)s from %(day)s.")
    return _("We go by %(law)s and give ourselves %(span)s from %(day)s.")


def pauses(term: Term) -> list[str]:
    """Each time the clock stood still, in a sentence."""
    return [
        _(
            "The clock stood still from %(start)s to %(end)s: we could not be sure who was asking and waited for an"
            " answer."
        )
        % {"start": words.day(start), "end": words.day(end)}
        for start, end in term.pauses
    ]


def length(span: Span) -> str:
    """A length of time: "one month", "30 days", "10 working days"."""
    amount = {"amount": span.amount}
    if span.unit == Unit.MONTH:
        return ngettext("one month", "%(amount)d months", span.amount) % amount
    if span.unit == Unit.WORKING_DAY:
        return ngettext("one working day", "%(amount)d working days", span.amount) % amount
    return ngettext("one day", "%(amount)d days", span.amount) % amount
