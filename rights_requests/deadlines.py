"""When an answer is due: the dates of one request, computed once and kept with it, so that no later edit moves them."""

from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from privacy.vocabulary import Right
from rights_requests import regimes
from rights_requests.errors import AlreadyExtended, ExtensionTooLate, NoExtension
from rights_requests.models import RightsRequest
from rights_requests.regimes import HOME, REGIMES, STRICTEST, Regime, last_day

END_OF_DAY = time(23, 59, 59)
# Staff are reminded when so much of the term has passed, in percent; 100 means that it has run out.
STAGES = (50, 75, 90, 100)
INSTANTS = (
    "received_at",
    "due_at",
    "extended_due_at",
    "extension_notice_by",
    "ack_due_at",
    "pause_if_asked_by",
    "extended_at",
)
Pause = tuple[datetime, datetime]


class UnreadableTerm(ValueError):
    """What is kept as the term of a request is none: somebody or something wrote to the row from outside."""


@dataclass(frozen=True)
class Term:
    """The dates of one request. Instants carry their zone; a last day runs to its last second where the controller is.

    `regime` is the law of the person's place ("strictest" where none is known), `counted_by` the one that gave the
    dates: another one for children and unknown places, who get the shortest. `law` says whether the date may be called
    the law; otherwise it is our commitment. `extended_due_at` is the end of the longer term, None where there is none;
    `extension_notice_by` the last moment to tell the person of it. `pause_if_asked_by`: a question about the identity
    stops the clock when it was asked by then; None where nothing does.
    """

    regime: str
    counted_by: str
    rule_version: str
    calendar_version: str
    law: bool
    received_at: datetime
    due_at: datetime
    extended_due_at: datetime | None
    extension_notice_by: datetime | None
    ack_due_at: datetime | None
    pause_if_asked_by: datetime | None
    extended_at: datetime | None = None
    pauses: tuple[Pause, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The term as JSON can hold it: instants in ISO 8601 with their offset."""
        return {name: _plain(value) for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Term":
        """The term that `as_json` wrote; raises UnreadableTerm when it is no such thing."""
        read = datetime.fromisoformat
        try:
            instants = {name: read(kept[name]) for name in INSTANTS if kept.get(name) is not None}
            ends = {name: instants[name] for name in ("received_at", "due_at")}  # no term is without
            pauses = tuple((read(start), read(end)) for start, end in kept["pauses"])
            return cls(**{**kept, **instants, **ends, "pauses": pauses})
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise UnreadableTerm(error) from error


def term_for(*, received_at: datetime, country: str | None, right: str, minor: bool = False) -> Term:
    """The term of a request of this right from a person in this place ("FR", "US-CA"; "" or None where unknown).

    The controller's own law binds it towards everyone (Art. 3(1) GDPR), so its month, with an extension its three
    months, is the longest that anybody waits; where the law of the place is shorter, that one counts. Where no law is
    known, and for children, every regime is counted and the shortest term wins (P5.5, P9.1). Computed from today's
    rules: keep what comes out.
    """
    own = regimes.regime_for(country)
    laws = tuple(REGIMES) if own is None or minor else (own, HOME)
    received_on = received_at.astimezone(_zone()).date()
    own_code = own.code if own else STRICTEST
    # Whatever is no right of the Regulation, a complaint for example, its month only limits by our own choice.
    binding = {own_code, HOME.code} if right in Right.values else {own_code}

    def is_law(regime: Regime) -> bool:
        return regime.code in binding and regime.clock_for(right).is_law

    answers = {regime.code: last_day(received_on, regime.clock_for(right).answer, regime) for regime in laws}
    counted_by = min(laws, key=lambda regime: (answers[regime.code], not is_law(regime), regime.code != own_code))
    due_on = answers[counted_by.code]
    latest_on = min(last_day(received_on, regime.clock_for(right).longest, regime) for regime in laws)
    pauses = all(regime.pauses_for_identity for regime in laws)
    return Term(
        regime=own_code,
        counted_by=counted_by.code,
        rule_version=regimes.RULE_VERSION,
        calendar_version=regimes.CALENDAR_VERSION,
        law=is_law(counted_by),
        received_at=received_at,
        due_at=_end_of(due_on),
        extended_due_at=_end_of(latest_on) if latest_on > due_on else None,
        extension_notice_by=_end_of(due_on) if latest_on > due_on else None,
        ack_due_at=_first_acknowledgement(received_on, right, laws),
        pause_if_asked_by=_later(received_at, timedelta(days=settings.IDENTITY_ASKED_WITHIN_DAYS)) if pauses else None,
    )


def extended(term: Term, told_at: datetime) -> Term:
    """The term after the person was told, with reasons, that more time is needed (Art. 12(3) GDPR); once only.

    Raises NoExtension where the law knows none, AlreadyExtended the second time, and ExtensionTooLate when the first
    term had ended before the person was told.
    """
    if term.extended_at is not None:
        raise AlreadyExtended
    if term.extended_due_at is None or term.extension_notice_by is None:
        raise NoExtension
    if told_at > term.extension_notice_by:
        raise ExtensionTooLate
    return replace(term, due_at=term.extended_due_at, extended_at=told_at)


def pause_counts(term: Term, asked_at: datetime) -> bool:
    """Whether a question about the identity, asked then, stops the clock: the law allows it and it came promptly."""
    return term.pause_if_asked_by is not None and term.received_at <= asked_at <= term.pause_if_asked_by


def paused(term: Term, asked_at: datetime, answered_at: datetime) -> Term:
    """The term after we waited for what proves the identity: every end moves by the time waited, to the second.

    Time that an earlier pause covers is not counted twice. The same term comes back when the pause does not count.
    Raises ValueError when the answer comes before the question.
    """
    if answered_at < asked_at:
        message = f"answered {answered_at} before asked {asked_at}"
        raise ValueError(message)
    start = max(asked_at, term.pauses[-1][1]) if term.pauses else asked_at
    if not pause_counts(term, asked_at) or answered_at <= start:
        return term
    waited = _elapsed(start, answered_at)
    return replace(
        term,
        due_at=_later(term.due_at, waited),
        extended_due_at=term.extended_due_at and _later(term.extended_due_at, waited),
        extension_notice_by=term.extension_notice_by and _later(term.extension_notice_by, waited),
        pauses=(*term.pauses, (start, answered_at)),
    )


def thresholds(term: Term) -> dict[int, datetime]:
    """The instant at which each stage is reached: 50, 75 and 90 percent of the term without its pauses, and its end."""
    waited = sum((_elapsed(start, end) for start, end in term.pauses), timedelta())
    running = _elapsed(term.received_at, term.due_at) - waited
    return {stage: _running_until(term, running * stage / 100) for stage in STAGES[:-1]} | {100: term.due_at}


def stage(term: Term, now: datetime, asked_at: datetime | None = None) -> int:
    """How far the term has run: 0, 50, 75, 90, or 100 when it is over.

    `asked_at` is when the question that is still open was asked: if it stops the clock, the clock stands there.
    """
    at = min(now, asked_at) if asked_at is not None and pause_counts(term, asked_at) else now
    return max((reached for reached, instant in thresholds(term).items() if at > instant), default=0)


def next_alert_at(term: Term, told: int) -> datetime | None:
    """When the stage after the one that staff were told of last is reached; None when that was the end of the term."""
    return min((instant for reached, instant in thresholds(term).items() if reached > told), default=None)


def term_of(request: RightsRequest) -> Term:
    """The term that the request keeps; raises UnreadableTerm."""
    return Term.from_json(request.term)


def term_to_show(request: RightsRequest) -> Term:
    """The term that the request keeps; where that cannot be read what its columns say, which we do not call the law."""
    try:
        return term_of(request)
    except UnreadableTerm:
        return Term(
            regime=request.regime,
            counted_by=request.regime,
            rule_version=request.rule_version,
            calendar_version="",
            law=False,
            received_at=request.received_at,
            due_at=request.due_at,
            extended_due_at=None,
            extension_notice_by=None,
            ack_due_at=request.ack_due_at,
            pause_if_asked_by=None,
            extended_at=request.extended_at,
        )


def columns(term: Term, *, told: int = 0) -> dict[str, Any]:
    """What a request keeps of its term, by column; `told` is the stage that staff were told of last."""
    return {
        "regime": term.regime,
        "rule_version": term.rule_version,
        "term": term.as_json(),
        "ack_due_at": term.ack_due_at,
        "due_at": term.due_at,
        "alerted": told,
        "alert_at": next_alert_at(term, told),
    }


def columns_of_question(request: RightsRequest, asked_at: datetime) -> dict[str, Any]:
    """What changes when the person is asked who they are: nothing where that does not stop the clock of this request.

    While it stands still, staff are not told how much of the term is gone. One that cannot be read is not stopped.
    """
    return {"paused_at": asked_at, "alert_at": None} if pause_counts(term_to_show(request), asked_at) else {}


def columns_after_pause(request: RightsRequest, now: datetime) -> dict[str, Any]:
    """What changes when the question is over for which the clock of this request stands still.

    Where its term cannot be read no date moves, and staff are to be told of it, as they are of any such term.
    """
    if request.paused_at is None:
        return {}
    try:
        term = paused(term_of(request), request.paused_at, now)
    except UnreadableTerm:
        return {"paused_at": None, "alert_at": now}
    return {**columns(term, told=request.alerted), "paused_at": None}


def _running_until(term: Term, running: timedelta) -> datetime:
    at = _later(term.received_at, running)
    for start, end in term.pauses:
        if start < at:
            at = _later(at, _elapsed(start, end))
    return at


def _first_acknowledgement(received_on: date, right: str, laws: tuple[Regime, ...]) -> datetime | None:
    spans = [(regime, regime.clock_for(right).acknowledgement) for regime in laws]
    return min((_end_of(last_day(received_on, span, regime)) for regime, span in spans if span), default=None)


def _end_of(day: date) -> datetime:
    return datetime.combine(day, END_OF_DAY, tzinfo=_zone())


def _later(instant: datetime, by: timedelta) -> datetime:
    """Real time later, whatever the clocks on the wall did in between."""
    return (instant.astimezone(UTC) + by).astimezone(_zone())


def _elapsed(start: datetime, end: datetime) -> timedelta:
    """Real time between two instants: two of the same zone would be told apart by their walls' clocks only."""
    return end.astimezone(UTC) - start.astimezone(UTC)


def _zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return [[start.isoformat(), end.isoformat()] for start, end in value] if isinstance(value, tuple) else value
