"""The register of requests as an authority asks for it: what was asked in a period, and how and when we answered."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from privacy.registers.moment import Moment
from privacy.vocabulary import Right
from rights_requests.figures import (
    COUNTS_SQL,
    DAYS_SQL,
    LATE_SQL,
    WITH_LAW_SQL,
    law_codes,
    law_named,
    requests_table,
)
from rights_requests.models import Decision
from rights_requests.vocabulary import CLOSED_STATES, Channel, DecisionKind, ExtensionReason, RefusalReason, State


def _instant(column: str) -> str:
    """SQL that writes an instant to the minute, in the controller's time zone."""
    return f"coalesce(to_char(({column}) AT TIME ZONE %s, 'YYYY-MM-DD HH24:MI'), '')"


# No name, no address, no place and no free text: who asked stays between the person and us.
ROWS_SQL = f"""
SELECT reference, "right", law, channel, state, {_instant("received_at")}, {_instant("acknowledged_at")},
  {_instant("coalesce(extended_from, due_at)")}, {_instant("due_at")}, {_instant("extended_at")},
  coalesce((SELECT d.reason FROM {{decisions}} d WHERE d.request_id = asked.id AND d.kind = %s), ''),
  {_instant("closed_at")}, refusal_reason,
  (SELECT coalesce(nullif(count(*), 0)::text, '') FROM {{decisions}} d WHERE d.request_id = asked.id AND d.kind = %s),
  {_instant("appealed_at")}, coalesce(round(({DAYS_SQL})::numeric, 1)::text, ''),
  coalesce((SELECT f.reference FROM {{table}} f WHERE f.id = asked.duplicate_of_id), ''),
  coalesce({LATE_SQL}, false), {COUNTS_SQL}
FROM ({WITH_LAW_SQL}) asked
WHERE received_at >= %s::date::timestamp AT TIME ZONE %s AND received_at < (%s::date + 1)::timestamp AT TIME ZONE %s
  AND %s IN ('', "right") AND %s IN ('', law)
ORDER BY received_at, id
"""


@dataclass(frozen=True)
class Asked:
    """Which requests: received from the one day to the other, both included, of one right and law or of all ("")."""

    since: date
    until: date
    right: str = ""
    law: str = ""

    def as_json(self) -> dict[str, str]:
        """The choice as the document says it."""
        return {
            "received_since": self.since.isoformat(),
            "received_until": self.until.isoformat(),
            "right": self.right,
            "law": self.law,
        }


@dataclass(frozen=True)
class Entry:
    """One request of the register: its cells in words, and as what it counts."""

    cells: tuple[str, ...]
    right: str
    law: str
    state: State
    late: bool
    counts: bool


@dataclass
class Totals:
    """Counts of the whole, by right and by law: the same definitions as the published figures (figures.py), exact."""

    whole: Counter[str] = field(default_factory=Counter)
    by_right: dict[str, Counter[str]] = field(default_factory=dict)
    by_law: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, entry: Entry) -> None:
        """Count one more request; what was merged into another is only told."""
        self.whole["rows"] += 1
        if not entry.counts:
            self.whole["merged"] += 1
            return
        became = entry.state.value if entry.state in CLOSED_STATES else "open"
        rights = self.by_right.setdefault(entry.right, Counter())
        laws = self.by_law.setdefault(entry.law, Counter())
        for counter in (self.whole, rights, laws):
            counter.update(("received", became, *(("late",) if entry.late else ())))

    def as_json(self) -> dict[str, Any]:
        """As the document says it; a law goes by its name in the active language."""
        return {
            "whole": dict(self.whole),
            "by_right": {right: dict(counts) for right, counts in self.by_right.items()},
            "by_law": {law_named(law): dict(counts) for law, counts in self.by_law.items()},
        }


def columns() -> tuple[str, ...]:
    """The head of the spreadsheet, in the active language."""
    return (
        _("Reference"), _("Right"), _("Law"), _("Reached us by"), _("State"), _("Received"), _("Confirmed"),
        _("First term until"), _("Due"), _("Extended"), _("Reason for the extension"), _("Closed"),
        _("Reason for the refusal"), _("Parts refused"), _("Appealed"), _("Days"), _("Late"), _("Merged into"),
    )  # fmt: skip


def entries(asked: Asked, moment: Moment) -> Iterator[Entry]:
    """The requests in the order in which they reached us, read a few at a time."""
    told = _teller()
    for row in moment.rows(*query(asked)):
        yield told(row)


def query(asked: Asked) -> tuple[str, list[Any]]:
    """The query for the rows of a choice, and its values."""
    zone = settings.TIME_ZONE
    params = [
        *[zone] * 5,  # of the instants that stand before the reason
        DecisionKind.EXTENSION.value,
        *(zone, DecisionKind.PARTIAL.value, zone),
        *law_codes(),
        *(asked.since, zone, asked.until, zone, asked.right, asked.law),
    ]
    return ROWS_SQL.format(table=requests_table(), decisions=f'"{Decision._meta.db_table}"'), params


def _teller() -> Callable[[tuple[Any, ...]], Entry]:
    """What makes an entry of a row; the words are looked up once, for a hundred thousand rows have the same."""
    rights, channels, states, longer, refusals = map(_words, (Right, Channel, State, ExtensionReason, RefusalReason))
    laws = {code: law_named(code) for code in ("", *law_codes()[1])}
    late_word = {True: _("yes"), False: _("no")}

    def told(row: tuple[Any, ...]) -> Entry:
        reference, right, law, channel, state, *first, why_longer, closed, refusal, parts, appealed, days, merged = row[
            :-2
        ]
        late, counts = row[-2:]
        cells = (
            *(reference, rights[right], laws[law], channels[channel], states[state]),
            *first,
            *(longer[why_longer], closed, refusals[refusal], parts, appealed, days, late_word[late], merged),
        )
        return Entry(cells, right, law, State(state), late, counts)

    return told


def _words(choices: Any) -> dict[str, str]:
    """Each word of a closed list as it is told, and nothing for none."""
    return {"": "", **{code: capfirst(str(label)) for code, label in choices.choices}}
