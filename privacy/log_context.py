"""To what a line of the log belongs: the request that is answered, or the job that is done; ids that name nobody."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_request: ContextVar[str] = ContextVar("request", default="")
_job: ContextVar[tuple[str, str]] = ContextVar("job", default=("", ""))


def answering(request_id: str) -> None:
    """Say which request this thread answers from now on; every thread answers one after the other."""
    _request.set(request_id)


def request_id() -> str:
    """The id of the request that this thread answers; empty outside one."""
    return _request.get()


@contextmanager
def working_on(job_id: object, kind: str) -> Iterator[None]:
    """Within it, this thread works on the job."""
    token = _job.set((str(job_id), kind))
    try:
        yield
    finally:
        _job.reset(token)


def said() -> dict[str, str]:
    """What there is of it, by the names that it has in a line."""
    job, kind = _job.get()
    found = {"request": _request.get(), "job": job, "kind": kind}
    return {name: value for name, value in found.items() if value}
