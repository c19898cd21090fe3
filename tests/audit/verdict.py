"""What a check says in the end: how many pages it looked at, what it found, and whether the goal was reached."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

HEADER = ["check", "pages", "found", "goal", ""]
# So many findings of a check are told below the table; all are in the JSON.
TOLD = 25


@dataclass(frozen=True)
class Verdict:
    """One check: `found` against the goal, which is the most there may be, or with `at_least` the least.

    `findings` say what was found where, `note` how it was measured where that is not plain.
    """

    check: str
    pages: int
    found: float
    goal: float = 0
    unit: str = ""
    at_least: bool = False
    findings: Sequence[str] = ()
    note: str = ""

    @classmethod
    def of(cls, check: str, pages: int, findings: Sequence[str], note: str = "") -> "Verdict":
        """A check that must find nothing."""
        return cls(check, pages, len(findings), findings=findings, note=note)

    @property
    def passed(self) -> bool:
        """Whether the goal was reached; a check that looked at nothing did not reach it."""
        good = self.found >= self.goal if self.at_least else self.found <= self.goal
        return self.pages > 0 and good

    def as_json(self) -> dict[str, Any]:
        """All of it, for machines."""
        return {**asdict(self), "findings": list(self.findings), "passed": self.passed}

    def row(self) -> list[str]:
        """The cells of its line in the table."""
        goal = f"{'≥' if self.at_least else '≤'} {said(self.goal, self.unit)}" if self.goal else said(0, self.unit)
        return [self.check, str(self.pages), said(self.found, self.unit), goal, "pass" if self.passed else "MISS"]


def said(value: float, unit: str) -> str:
    """A value with its unit, as short as it is true: "0", "98.5", "58.3 KB"."""
    number = f"{value:.3f}".rstrip("0").rstrip(".") if value < 1 else f"{value:.1f}".removesuffix(".0")
    return f"{number} {unit}".strip()


def table(verdicts: Sequence[Verdict]) -> str:
    """All verdicts as one table of plain text, and below it what was found and how it was measured."""
    rows = [HEADER, *(verdict.row() for verdict in verdicts)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADER))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    told = [line for verdict in verdicts for line in _details(verdict)]
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:], *told])


def _details(verdict: Verdict) -> list[str]:
    if not (verdict.findings or verdict.note):
        return []
    lines = ["", f"{verdict.check}: {verdict.note}".rstrip(": ")]
    lines += [f"  {finding}" for finding in verdict.findings[:TOLD]]
    if len(verdict.findings) > TOLD:
        lines.append(f"  … and {len(verdict.findings) - TOLD} more: all of them in found/audit.json")
    return lines
