"""What a question was answered a moment ago: for what is asked often and may be a second old (ADR 0078)."""

import time
from collections.abc import Callable
from typing import Generic, TypeVar

SECONDS = 1.0
Answer = TypeVar("Answer")


class Lately(Generic[Answer]):
    """Asks at most once in SECONDS, whoever calls; two who come at the same moment may both ask.

    Raises whatever the question raises, and remembers nothing of that.
    """

    def __init__(self, ask: Callable[[], Answer]) -> None:
        self._ask = ask
        self._told: tuple[Answer, float] | None = None

    def __call__(self) -> Answer:
        """The answer, of this process."""
        told, now = self._told, time.monotonic()
        if told is not None and now - told[1] < SECONDS:
            return told[0]
        answer = self._ask()
        self._told = (answer, now)
        return answer
