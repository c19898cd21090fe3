"""What a line of the logs says: errors by class and place, and no address that opens a page by itself."""

import logging
import re
from collections.abc import Iterator
from traceback import extract_tb
from types import TracebackType

# Whoever has such a link can open its page, so its token stays out of the logs; a test asks every address with one.
OPENING_LINK = re.compile(r"(/(?:requests/(?:follow|stop|adult)|newsletter/(?:confirm|end|choices)|transfer)/)[^/\s]+")

# A shorter message stands in other words by chance, and says nothing about anybody.
SHORTEST_MESSAGE = 4

ErrorInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class WithoutValues(logging.Formatter):
    """Writes an error as classes and places, never its message: a database's quotes the row it refused.

    So no name and no address gets into a log by way of an error (Art. 5(1)(c) GDPR).
    """

    def format(self, record: logging.LogRecord) -> str:
        """The record as text, without the tokens of links, and without the error's message where the line quotes it."""
        text = super().format(record)
        for error in _chain(record.exc_info[1]) if record.exc_info else ():
            for quoted in (repr(error), repr(str(error)), str(error)):
                if len(quoted) >= SHORTEST_MESSAGE:
                    text = text.replace(quoted, type(error).__name__)
        return OPENING_LINK.sub(r"\1…", text)

    def formatException(self, ei: ErrorInfo) -> str:  # noqa: N802 - the name is logging's
        """The error and what led to it, the newest last."""
        chain = list(_chain(ei[1]))
        return "\n".join(line for error in reversed(chain) for line in _lines(error))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error, its cause, the cause's cause; each once, should they name one another."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _lines(error: BaseException) -> Iterator[str]:
    kind = type(error)
    yield f"{kind.__module__}.{kind.__qualname__}"
    for frame in extract_tb(error.__traceback__):
        yield f"  {frame.filename}:{frame.lineno} in {frame.name}"
