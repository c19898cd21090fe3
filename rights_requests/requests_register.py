"""The register of requests as an authority asks for it: what was asked in a period, and how and when we answered."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.text import capfirst
from django.utils.timezone import get_default_timezone
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

# No name, no address, no place and no free text: who asked stays between the person and us.
ROWS_SQL = f"""
SELECT reference, "right", law, channel, state, received_at, acknowledged_at, coalesce(extended_from, due_at), due_at,
  extended_at, (SELECT d.reason FROM {{decisions}} d WHERE d.request_id = asked.id AND d.kind = %s),
  closed_at, refusal_reason, (SELECT count(*) FROM {{decisions}} d WHERE d.request_id = asked.id AND d.kind = %s),
  appealed_at, round(({DAYS_SQL})::numeric, 1), {LATE_SQL}, {COUNTS_SQL},
  (SELECT f.reference FROM {{table}} f WHERE f.id = asked.duplicate_of_id)
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
    decisions = f'"{Decision._meta.db_table}"'
    params = [
        *(DecisionKind.EXTENSION.value, DecisionKind.PARTIAL.value),
        *law_codes(),
        *(asked.since, settings.TIME_ZONE, asked.until, settings.TIME_ZONE, asked.right, asked.law),
    ]
    laws = {code: law_named(code) for code in ("", *law_codes()[1])}
    for row in moment.rows(ROWS_SQL.format(table=requests_table(), decisions=decisions), params):
        yield _entry(row, laws)


def _entry(row: tuple[Any, ...], laws: dict[str, str]) -> Entry:
    reference, right, law, channel, state, received, confirmed, first, due, extended, why_longer, closed, *rest = row
    refusal, parts, appealed, days, late, counts, merged = rest
    cells = (
        *(reference, capfirst(str(Right(right).label)), laws[law], capfirst(str(Channel(channel).label))),
        capfirst(str(State(state).label)),
        *map(_instant, (received, confirmed, first, due, extended)),
        str(ExtensionReason(why_longer).label) if why_longer else "",
        _instant(closed),
        str(RefusalReason(refusal).label) if refusal else "",
        *(str(parts or ""), _instant(appealed), "" if days is None else str(days)),
        *(_("yes") if late else _("no"), merged or ""),
    )
    return Entry(cells, right, law, State(state), bool(late), bool(counts))


def _instant(at: datetime | None) -> str:
    return at.astimezone(get_default_timezone()).isoformat(sep=" ", timespec="minutes") if at else ""
