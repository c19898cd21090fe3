"""One figure: what was measured, against which limit of the same run, and whether the goal was reached."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from math import isnan, nan
from statistics import median
from time import perf_counter
from typing import Any


@dataclass(frozen=True)
class Figure:
    """`measured` and `limit` in `unit`; the goal is the highest ratio, or the highest value where `limit` is None.

    One that could not be measured is no number (`nan`), which reaches no goal.
    """

    name: str
    measured: float
    goal: float
    unit: str = "s"
    limit: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times the limit; None for a figure that is a plain value."""
        return None if self.limit is None else self.measured / self.limit

    @property
    def passed(self) -> bool:
        """Whether the goal was reached."""
        return (self.measured if self.ratio is None else self.ratio) <= self.goal

    def as_json(self) -> dict[str, Any]:
        """The figure with its ratio and its verdict."""
        told = {**asdict(self), "ratio": self.ratio, "passed": self.passed}
        return {name: None if isinstance(value, float) and isnan(value) else value for name, value in told.items()}

    def row(self) -> list[str]:
        """The cells of the figure's line in the table."""
        if self.limit is None or self.ratio is None:
            return [
                self.name,
                said(self.measured, self.unit),
                "",
                "",
                said(self.goal, self.unit),
                self._verdict,
                self.note,
            ]
        shown = [said(self.measured, self.unit), said(self.limit, self.unit)]
        return [self.name, *shown, f"{self.ratio:.2f}", f"{self.goal:.2f}", self._verdict, self.note]

    @property
    def _verdict(self) -> str:
        return "pass" if self.passed else "MISS"


def missing(name: str, why: str) -> Figure:
    """A figure that could not be measured: missed, and why."""
    return Figure(name, nan, nan, note=why)


def said(value: float, unit: str) -> str:
    """A value with its unit, short: "98 µs", "12.3 ms", "1.40 s", "9.8 MB"."""
    if isnan(value):
        return "–"
    if unit == "s" and 0 < value < 0.001:
        return f"{value * 1_000_000:.0f} µs"
    if unit == "s" and value < 1:
        return f"{value * 1000:.1f} ms"
    return f"{value:.2f} {unit}"


def seconds(work: Callable[[], object]) -> float:
    """How long one run of the work takes."""
    start = perf_counter()
    work()
    return perf_counter() - start


def interleaved(works: Sequence[Callable[[], object]], rounds: int) -> list[float]:
    """The median time of each work, in seconds; run in turns, so that a slow moment of the machine meets them all."""
    times: list[list[float]] = [[] for _ in works]
    for number in range(rounds):
        turn = list(zip(works, times, strict=True))
        for work, taken in turn if number % 2 == 0 else reversed(turn):
            taken.append(seconds(work))
    return [median(taken) for taken in times]
