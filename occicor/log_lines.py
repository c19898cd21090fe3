"""What a line of the logs says: when, where, what, for which request or job; of nobody anything.

Two forms of the same: words for whoever reads them at a terminal, and one JSON object a line for programs.
"""

import json
import logging
import logging.config
import re
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from ipaddress import ip_address
from traceback import extract_tb
from typing import Any

from privacy import log_context

# Whoever has such a link can open its page, so its token stays out of the logs; a test asks every address with one.
OPENING_LINK = re.compile(
    r"(/(?:requests/(?:follow|stop|adult)|newsletter/(?:confirm|end|choices)|transfer|consent/receipts"
    r"|account/(?:address/back|sign-ins/not-me|unused))/)[^/\s]+"
)
# Of a page somewhere, ours too, only the site: where somebody came from is theirs.
PAGE = re.compile(r"(\w+://[^\s/?#\"']+)[/?#][^\s\"')]*")
# What is asked of an address may be anything: a name, an e-mail address, a token.
QUESTION = re.compile(r"(/[^\s?]*)\?[^\s\"']+")
MAILBOX = re.compile(r"[^\s@<>()\[\]{}\"',;:=]+(?:@|%40)[^\s@<>()\[\]{}\"',;:=/?]+")
DIALLED = re.compile(r"\+\d[\d ().-]{6,}\d")
NETWORK = re.compile(
    r"(?<![\w:.])(?=[0-9A-Fa-f:]*:[0-9A-Fa-f:]*:)[0-9A-Fa-f:.]+|(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\.?\w)"
)
# What ends a line, moves the cursor, colours it or turns its direction.
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# A shorter message stands in other words by chance, and says nothing about anybody.
SHORTEST_MESSAGE = 4
MOST_LETTERS = 2000
NO_ROUTE = "no route"
# The attribute of a record with what it says besides words (occicor.watching.answers): names and plain values of ours.
FACTS = "facts"


class WithoutValues(logging.Formatter):
    """Writes an error as classes and places, never its message: a database's quotes the row it refused.

    So no name and no address gets into a log by way of an error (Art. 5(1)(c) GDPR).
    """

    # Of whatever machine and season, lines can be put in order (ASVS 16.2.2).
    converter = time.gmtime  # type: ignore[assignment] # a function of C is not bound to the formatter
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def format(self, record: logging.LogRecord) -> str:
        """The record as text: one line, and after it one for each place that an error came by."""
        record.message, record.asctime = event(record), self.formatTime(record)
        said = "".join(f" {name}={value}" for name, value in facts(record).items())
        return "\n".join([self.formatMessage(record) + said, *_trace(record)])


class JsonLines(WithoutValues):
    """The same as one JSON object a line. Everything beyond ASCII is escaped, so nothing ends a line but its end."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON; the time in UTC as of RFC 3339."""
        said: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")[:-6] + "Z",
            "level": record.levelname,
            "logger": record.name,
            "event": event(record),
            **facts(record),
        }
        if found := _trace(record):
            said["trace"] = found
        return json.dumps(said)


def set_up(config: dict[str, Any]) -> None:
    """What Django calls with settings.LOGGING, and Celery too; what ends unseen otherwise becomes a line as well."""
    logging.config.dictConfig(config)
    # Otherwise what cannot be written is written elsewhere, with all that it was about.
    logging.raiseExceptions = False
    # None of it stands in a line of ours, and to find it out costs as much as the rest of the record.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    threading.excepthook = _thread_ended
    sys.unraisablehook = _not_raised


def event(record: logging.LogRecord) -> str:
    """The words of a record in one line, without errors' messages, without addresses of pages and of people."""
    if hasattr(record, FACTS):
        return str(record.msg)  # ours, and no stranger's word is in it
    try:
        text = record.getMessage()
    except Exception:  # noqa: BLE001 - words and values that do not fit: whoever wrote the line finds it by its words
        text = f"{record.msg} (its values do not fit)"
    for error in chain(record.exc_info[1]) if record.exc_info else ():
        for quoted in (repr(error), repr(str(error)), str(error)):
            if len(quoted) >= SHORTEST_MESSAGE:
                text = text.replace(quoted, type(error).__name__)
    asked = getattr(record, "request", None)
    path = getattr(asked, "path", "")
    if len(path) > 1:
        text = text.replace(path, route_of(asked))
    return plain(text)


def plain(text: str) -> str:
    """A text without what leads to a person or does something to whoever reads it; at most MOST_LETTERS of it."""
    text = UNSEEN.sub(lambda found: ascii(found[0])[1:-1], text[:MOST_LETTERS])
    text = QUESTION.sub(r"\1?…", OPENING_LINK.sub(r"\1…", PAGE.sub(r"\1/…", text)))
    text = DIALLED.sub("[number]", MAILBOX.sub("[mailbox]", text))
    return NETWORK.sub(_place, text)


def route_of(request: Any) -> str:
    """The name of the page that a request is about; never its address, which may hold a reference or a token."""
    match = getattr(request, "resolver_match", None)
    return (match.view_name if match is not None else "") or NO_ROUTE


def trace(error: BaseException | None) -> list[str]:
    """The error and what led to it as classes and places, the newest last."""
    return [line for one in reversed(list(chain(error))) for line in _lines(one)]


def _place(found: re.Match[str]) -> str:
    """A network's address is somebody's, unless it is this machine's own."""
    for written in (found[0], found[0].rstrip(".:")):
        with suppress(ValueError):
            place = ip_address(written)
            return found[0] if place.is_loopback or place.is_unspecified else "[network]"
    return found[0]


def facts(record: logging.LogRecord) -> Mapping[str, Any]:
    """What a record says besides words: the request or job it belongs to, the page, the status."""
    own: Mapping[str, Any] = getattr(record, FACTS, {})
    if not own and hasattr(record, "status_code"):
        own = {"status": record.status_code, "route": route_of(getattr(record, "request", None))}
    return {**log_context.said(), **own}


def _trace(record: logging.LogRecord) -> list[str]:
    return trace(record.exc_info[1]) if record.exc_info else []


def chain(error: BaseException | None) -> Iterator[BaseException]:
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


def _thread_ended(ended: threading.ExceptHookArgs) -> None:
    name = ended.thread.name if ended.thread else "nameless"
    logging.getLogger(__name__).error("thread %s ended by an error", name, exc_info=ended.exc_value)


def _not_raised(found: Any) -> None:
    logging.getLogger(__name__).error("an error that could not be raised", exc_info=found.exc_value)
