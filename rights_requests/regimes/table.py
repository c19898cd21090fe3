"""Writes the regimes down as a page: clocks, exceptions, authorities and notes, with the source of each number."""

from collections.abc import Iterable, Iterator, Sequence

from rights_requests.regimes.book import REGIMES, RULE_VERSION, by_law
from rights_requests.regimes.europe import EUROPEAN_ECONOMIC_AREA
from rights_requests.regimes.places import name_of
from rights_requests.regimes.record import Clock, Regime, Source, Span

INTRODUCTION = """\
# The clocks of the laws

By when a request must be answered, by the law of the place where the person lives. This page is written by
`manage.py regimes --write` from `rights_requests/regimes/`; a test compares the two.

**Counsel must confirm each number before it is promised to a person.** A number is shown as "the law" only when it
binds us and someone has read it in its source ("read on"); everything else is shown as "our commitment".
"""
COUNTING = """\
## How a term is counted

- In days of the controller's place (`TIME_ZONE`): what arrives at 23:30 in London has arrived the next day in Paris.
- The day of receipt is not counted. A term in months ends with the same-numbered day, or with the last day of a month
  that has no such day. It runs to the last second of its last day (Regulation 1182/71, Art. 3).
- "Moves to a working day": a term that would end on a weekend or public holiday of the country ends on the next
  working day. Where no such rule was found the term does not move: the shorter reading.
- Public holidays are those of the whole country. A holiday that depends on the moon counts only once its date is
  confirmed, so that a guess never lengthens a term.
- The controller is established in France, so the GDPR binds it towards everyone (Art. 3(1)): nobody waits longer than
  its month, or with an extension than its three months, as they are counted in France. Where the law of the person's
  place is shorter, that one counts; where it knows no extension, its own term is the longest.
- An extension is counted from the receipt, not from the end of the first term, and only if the person was told in time.
- A pause moves every end by the time between question and answer, if both laws know pauses, the question was about the
  identity, and it came within `IDENTITY_ASKED_WITHIN_DAYS` of the receipt.
- Where no law is known for a place, and for anyone under 18, all clocks below are counted and the shortest term wins.
- A request keeps its dates, this version of the rules and the version of the calendar: a later change moves no
  running clock.

## Questions for counsel

- Regulation 1182/71, Art. 2(1), speaks of the holidays of the state "in which action is to be taken". The clock counts
  with those of the person's country and with those of France, and takes the earlier end.
- Whether the laws of the Gulf move a term that ends on a day off.
- Whether a question about a mandate may stop the clock as one about the identity does. It does not here.
"""


def markdown() -> str:
    """The whole page, in the active language where names are concerned."""
    return "\n".join(
        (
            INTRODUCTION,
            f"Version of the rules: `{RULE_VERSION}`.\n",
            COUNTING,
            "## Clocks\n",
            *_table(("where", "law", "answer", "longer by, once", "acknowledgement", "status", "source"), _clocks()),
            "\n## Where single rights have another clock\n",
            *_table(("where", "rights", "answer", "acknowledgement", "status", "source"), _exceptions()),
            "\n## Where the answer is free without exception\n",
            "No fee can be proposed there, not even where Art. 12(5) GDPR knows one (`propose_fee`).\n",
            *_table(("where", "rights", "source"), _free()),
            "\n## Calendars\n",
            *_table(
                ("where", "moves to a working day", "days off", "identity pauses it", "extension told"), _calendars()
            ),
            "\n## Authorities\n",
            *_table(("place", "authority", "complaints"), _authorities()),
            "\n## Notes\n",
            *(f"- {_where((regime,))}: {regime.note}" for regime in REGIMES if regime.note),
            "",
        )
    )


def _clocks() -> Iterator[Sequence[str]]:
    for alike in by_law():
        first = alike[0]
        clock = first.clock
        yield (
            _where(alike),
            str(first.law),
            str(clock.answer),
            _span(clock.extension),
            _span(clock.acknowledgement),
            *_standing(clock),
        )


def _exceptions() -> Iterator[Sequence[str]]:
    for regime in REGIMES:
        for clock in dict.fromkeys(regime.per_right.values()):
            rights = ", ".join(right for right, other in regime.per_right.items() if other == clock)
            yield _where((regime,)), rights, str(clock.answer), _span(clock.acknowledgement), *_standing(clock)


def _free() -> Iterator[Sequence[str]]:
    for regime in REGIMES:
        if regime.free is not None:
            yield _where((regime,)), ", ".join(sorted(regime.free.rights)) or "all", _written(regime.free.source)


def _calendars() -> Iterator[Sequence[str]]:
    days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    for alike in by_law():
        first = alike[0]
        off = ", ".join(days[number] for number in sorted(first.weekend))
        yield (
            _where(alike),
            "yes" if first.rolls else "no",
            f"{off}; public holidays",
            "yes" if first.pauses_for_identity else "no",
            first.notice or "–",
        )


def _authorities() -> Iterator[Sequence[str]]:
    for regime in REGIMES:
        if regime.authority is None:
            yield _where((regime,)), "none that takes complaints was found: the controller's own", "–"
        else:
            yield _where((regime,)), str(regime.authority.name), f"<{regime.authority.url}>"


def _where(regimes: Iterable[Regime]) -> str:
    regimes = tuple(regimes)
    if len(regimes) == len(EUROPEAN_ECONOMIC_AREA):
        return f"European Economic Area ({len(regimes)} countries)"
    places = [place for regime in regimes for place in regime.countries]
    return ", ".join(name_of(place) for place in places)


def _standing(clock: Clock) -> tuple[str, str]:
    return "the law" if clock.is_law else "our commitment", _written(clock.source)


def _written(source: Source) -> str:
    read = f"read on {source.verified_on.isoformat()}" if source.verified_on else "**not verified**"
    title = f"[{source.title}]({source.url})" if source.url else source.title
    return f"{title}; {read}"


def _span(span: Span | None) -> str:
    return "–" if span is None else str(span)


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(headings) + " |"
    yield "|" + "---|" * len(headings)
    for row in rows:
        yield "| " + " | ".join(row) + " |"
