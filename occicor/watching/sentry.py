"""Reports errors to a Sentry server that the operator chose: classes, places and names of our own, never a value.

What leaves is put together here, part by part, instead of being taken away from what the library would collect: none of
its integrations is on, so it sees no request, no query, no variable and no browser (docs/decisions/0061).
"""

import atexit
import logging
from collections.abc import Iterator
from traceback import extract_tb
from typing import Any

import sentry_sdk

from occicor import log_lines

BASE = log_lines.__file__.removesuffix("occicor/log_lines.py")
# Whatever the library would add, such as the name of the machine, stays here.
LEAVES = frozenset(
    {"event_id", "timestamp", "platform", "level", "logger", "logentry", "exception", "tags", "environment", "sdk"}
)
CLOSE_SECONDS = 2.0


class Reports(logging.Handler):
    """Sends each record from ERROR on, in a thread of its own; a server that is away costs the site nothing.

    Its client is its own: nothing of the library is switched on for the rest of the process.
    """

    def __init__(self, dsn: str, environment: str) -> None:
        super().__init__(logging.ERROR)
        self._client = sentry_sdk.Client(
            dsn=dsn,
            environment=environment,
            release="occicor",
            default_integrations=False,
            auto_enabling_integrations=False,
            include_local_variables=False,
            include_source_context=False,
            max_request_body_size="never",
            max_breadcrumbs=0,
            auto_session_tracking=False,
            send_client_reports=False,
            before_send=_only_ours,
        )
        # Libraries that set up logging of their own close every handler there is: this one stays as it was.
        atexit.register(self.flush)

    def emit(self, record: logging.LogRecord) -> None:
        """Hand it over; whatever goes wrong with that is nobody's error but the report's."""
        try:
            self._client.capture_event(report(record))
        except Exception:  # noqa: BLE001 - a report that fails must not become a second error
            self.handleError(record)

    def flush(self) -> None:
        """Wait for a moment until what was handed over has left."""
        self._client.flush(CLOSE_SECONDS)


def report(record: logging.LogRecord) -> Any:
    """What leaves of a record: its words as the log has them, errors as classes and places, names of ours as tags."""
    said: dict[str, Any] = {
        "level": record.levelname.lower(),
        "logger": record.name,
        "logentry": {"message": log_lines.event(record)},
        "tags": {name: str(value) for name, value in log_lines.facts(record).items()},
    }
    if record.exc_info:
        chain = list(log_lines.chain(record.exc_info[1]))
        said["exception"] = {"values": [_error(one) for one in reversed(chain)]}
    return said


def _error(error: BaseException) -> dict[str, Any]:
    kind = type(error)
    return {"type": kind.__name__, "module": kind.__module__, "stacktrace": {"frames": list(_frames(error))}}


def _frames(error: BaseException) -> Iterator[dict[str, Any]]:
    for frame in extract_tb(error.__traceback__):
        ours = frame.filename.startswith(BASE) and "site-packages" not in frame.filename
        yield {
            "filename": frame.filename.removeprefix(BASE),
            "function": frame.name,
            "lineno": frame.lineno,
            "in_app": ours,
        }


def _only_ours(event: Any, _hint: Any) -> Any:
    return {name: value for name, value in event.items() if name in LEAVES}
