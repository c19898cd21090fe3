"""The table at the end of a soak."""

from collections.abc import Sequence

from tests.faults.cases import LIMIT_SECONDS, Outcome
from tests.faults.faults import FAULTS

HEAD = (
    *("fault", "kills", "in the middle", "lost", "wrong", "late", "went on after p50 s", "p99 s", "max s"),
    *("done after p50 s", "max s", "from the kill max s"),
)


WORDS = (
    "Lost: not done within a minute of the part answering again. Wrong: doubled, missing or half, an edge that is none,"
    f" a broken chain, plaintext, half a package. Late: nothing went on within {LIMIT_SECONDS:.0f} s."
)


def table(outcomes: Sequence[Outcome], *, seed: int, load: tuple[float, float, float]) -> str:
    """A row for each fault, one for all, and whatever was not as it must be."""
    rows = [_row(name, [one for one in outcomes if one.fault == name]) for name in FAULTS]
    kinds, pairs = len({one.kind for one in outcomes}), len({(one.kind, one.fault) for one in outcomes})
    lines = [
        f"Soak with seed {seed}; load of the machine over 1, 5, 15 minutes: {', '.join(f'{one:.1f}' for one in load)}",
        "",
        _line(HEAD),
        _line(["---"] * len(HEAD)),
        *[_line(row) for row in rows if row[1] != "0"],
        _line(_row("all", list(outcomes))),
        "",
        f"{kinds} kinds of job, {pairs} pairs of kind and fault. {WORDS}",
    ]
    bad = [f"case {one.number}: {one.in_words}" for one in outcomes if not one.good]
    return "\n".join([*lines, *(["", *bad] if bad else [])])


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that so large a share of them does not exceed; 0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def _row(name: str, found: Sequence[Outcome]) -> list[str]:
    resumed, done = [one.resumed for one in found], [one.seconds for one in found]
    counts = [
        sum(FAULTS[one.fault].kills for one in found),
        sum(one.hit for one in found),
        sum(one.lost for one in found),
        sum(bool(one.wrong) for one in found),
        sum(one.late for one in found),
    ]
    times = [
        *(quantile(resumed, share) for share in (0.5, 0.99, 1.0)),
        *(quantile(done, share) for share in (0.5, 1.0)),
        max((one.since_kill for one in found), default=0.0),
    ]
    return [name, *map(str, counts), *(f"{value:.1f}" for value in times)]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
