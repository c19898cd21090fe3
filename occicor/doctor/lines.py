"""What the doctor says: a line for each thing it looked at, and what to do where it is not as it should be."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum


class State(StrEnum):
    """How something stands: good; to be looked at, and the site runs; bad, and it would not, or not safely."""

    GOOD = "ok"
    LOOK = "look"
    BAD = "FAIL"


@dataclass(frozen=True)
class Line:
    """One thing that was looked at: what was found, and what to do unless it is good."""

    name: str
    state: State
    found: str
    to_do: str = ""

    def __str__(self) -> str:
        head = f"{self.state:<4}  {self.name:<22} {self.found}"
        return f"{head}\n      {'':<22} → {self.to_do}" if self.to_do else head

    def as_dict(self) -> dict[str, str]:
        """For machines."""
        return {name: str(value) for name, value in asdict(self).items()}


def good(name: str, found: str) -> Line:
    """All is well there."""
    return Line(name, State.GOOD, found)


def look(name: str, found: str, to_do: str) -> Line:
    """It runs, but somebody should look."""
    return Line(name, State.LOOK, found, to_do)


def bad(name: str, found: str, to_do: str) -> Line:
    """It would not run, or not safely."""
    return Line(name, State.BAD, found, to_do)


def failed(lines: Iterable[Line]) -> bool:
    """Whether any of them is bad."""
    return any(line.state is State.BAD for line in lines)
