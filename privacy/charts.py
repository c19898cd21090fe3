"""What staff's pages draw: bars as plain numbers for an SVG, and lists with a bar for each line; words beside both."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

HEIGHT = 100
STEP, WIDE, NARROW = 10, 8, 4
# So many lines of a list are shown; more say little.
MOST_LINES = 30

# Numbers, or words where there is no number: the first one makes the bar.
Counts = tuple[Any, ...]


@dataclass(frozen=True)
class Column:
    """One day or month of a chart, in units of its SVG: a bar for `whole`, and a narrow one in it for a `part`.

    `said` is what stands in the table for the whole.
    """

    label: str
    whole: int
    part: int
    said: int | str
    x: int
    x_part: int
    height: int
    height_part: int

    @property
    def y(self) -> int:
        """Where the bar of the whole begins."""
        return HEIGHT - self.height

    @property
    def y_part(self) -> int:
        """Where the bar of the part begins."""
        return HEIGHT - self.height_part


@dataclass(frozen=True)
class Chart:
    """The columns, with what the picture says in words.

    `of_column`, `of_whole` and `of_part` head the table beneath; `key` and `key_part` explain the colours, `highest`
    the scale. Without `of_part` there is only the whole.
    """

    id: str
    title: str
    columns: tuple[Column, ...]
    of_column: str
    of_whole: str
    of_part: str
    key: str
    key_part: str
    highest: str

    @property
    def width(self) -> int:
        """Of the SVG."""
        return STEP * len(self.columns)

    @property
    def ends(self) -> tuple[str, str]:
        """What the first and the last column stand for."""
        return self.columns[0].label, self.columns[-1].label


@dataclass(frozen=True)
class Line:
    """A line of a list: what it is about, its counts, and the length of its bar in hundredths of the longest."""

    words: tuple[str, ...]
    counts: Counts
    share: int


@dataclass(frozen=True)
class Listed:
    """A list with a bar for each line; `left_out` lines are not shown."""

    id: str
    title: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    left_out: int = 0

    @property
    def words(self) -> int:
        """How many columns are words; the others are counts."""
        return len(self.lines[0].words)


def columns(points: Sequence[tuple[str, int, int]], said: Sequence[int | str] | None = None) -> tuple[Column, ...]:
    """A column for each label with its whole and its part, all in the scale of the highest whole.

    `said` is what the table says of each whole, where that is something else than the number.
    """
    most = max((whole for _label, whole, _part in points), default=0)
    return tuple(
        Column(
            label=label,
            whole=whole,
            part=part,
            said=whole if said is None else said[place],
            x=STEP * place + (STEP - WIDE) // 2,
            x_part=STEP * place + (STEP - NARROW) // 2,
            height=share(whole, most),
            height_part=share(part, most),
        )
        for place, (label, whole, part) in enumerate(points)
    )


def listed(name: str, title: str, heads: tuple[str, ...], lines: Iterable[tuple[tuple[str, ...], Counts]]) -> Listed:
    """The longest lines, the largest first."""
    ordered = sorted(lines, key=lambda line: (-line[1][0], line[0]))
    most = ordered[0][1][0] if ordered else 0
    shown = tuple(Line(words, counts, share(counts[0], most)) for words, counts in ordered[:MOST_LINES])
    return Listed(name, title, heads, shown, len(ordered) - len(shown))


def share(count: int, most: int) -> int:
    """A length in hundredths of the longest; what is not nothing can be seen."""
    return max(1, round(HEIGHT * count / most)) if count else 0
