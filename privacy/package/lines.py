"""Writes the rows of one holding after another as lines of JSON: a member for each that has any.

Of many holdings at once only those with few rows: PostgreSQL reads a table with many twice, and had better do so before
it has forgotten its pages over all the others.
"""

from collections.abc import Callable, Sequence
from functools import partial

from privacy.package.archive import Archive, Member
from privacy.package.contents import Copied, named
from privacy.package.export import Take, has_hidden_values
from privacy.package.making import Making
from privacy.package.readable import SHOWN_ROWS

# Rows kept for the readable pages, whatever their size: memory stays flat.
KEPT_BYTES = 1024 * 1024
# So much is few.
FEW_ROWS, FEW_BYTES = 200, 256 * 1024


class Lines:
    """Takes rows as `Snapshot.copy_json` hands them over; `heartbeat` is called at each turn and may raise."""

    def __init__(
        self, archive: Archive, making: Making, copies: Sequence[Copied], heartbeat: Callable[[], None]
    ) -> None:
        self._archive, self._making, self._copies, self._heartbeat = archive, making, copies, heartbeat
        self._open: tuple[Copied, Member] | None = None

    def turn(self, place: int) -> Take:
        """Turn to another holding; what takes its rows."""
        self.end()
        self._heartbeat()
        copied = self._copies[place]
        copied.files = {"json": f"data/{copied.slug}.jsonl", "csv": f"csv/{copied.slug}.csv"}
        member = self._archive.begin(copied.files["json"])
        self._open = copied, member
        self._making.step()
        return partial(_take, copied, member, Kept(copied.lines))

    def end(self) -> None:
        """Finish the member that is open, and begin on its pages, unless values are to be counted for them first."""
        if self._open is None:
            return
        (copied, member), self._open = self._open, None
        self._archive.end(member)
        if not has_hidden_values(copied.columns):
            self._making.turn_to(copied)


class Few:
    """Holds the rows of a holding back until all are there, and passes them on to `lines` if they are few.

    `many` gathers the places of the others, of which nothing is written.
    """

    def __init__(self, lines: Lines) -> None:
        self.many: set[int] = set()
        self._lines = lines
        self._place = -1
        self._rows: list[bytes] = []
        self._room = FEW_BYTES

    def turn(self, place: int) -> Take:
        """Turn to another holding; what takes its rows."""
        self.end()
        self._place, self._room = place, FEW_BYTES
        return self._take

    def end(self) -> None:
        """Pass on what was held back."""
        if self._rows:
            self._lines.turn(self._place)(self._rows)
            self._lines.end()
        self._rows = []

    def _take(self, lines: list[bytes]) -> None:
        self._rows += lines
        self._room -= sum(map(len, lines))
        if self._place in self.many or self._room < 0 or len(self._rows) > FEW_ROWS:
            self.many.add(self._place)
            self._rows.clear()


class Kept:
    """The first rows of a holding, as many as its pages show and no more than fit."""

    def __init__(self, lines: list[bytes]) -> None:
        self.lines = lines
        self._room = KEPT_BYTES

    def take(self, lines: Sequence[bytes]) -> None:
        """Keep what still fits."""
        for line in lines if self._room > 0 and len(self.lines) < SHOWN_ROWS else ():
            if self._room <= 0 or len(self.lines) == SHOWN_ROWS:
                break
            self.lines.append(line)
            self._room -= len(line)


def _take(copied: Copied, member: Member, kept: Kept, lines: list[bytes]) -> None:
    copied.count += len(lines)
    kept.take(lines)
    with named(copied):
        member.write(b"\n".join(lines) + b"\n")
