"""Figures of the audience: what counting a view adds to the wait for a page, and to what the page costs."""

from collections.abc import Callable, Iterator, Sequence
from http import HTTPStatus
from io import BytesIO
from statistics import median
from time import perf_counter, thread_time
from typing import Any

from django.core.wsgi import get_wsgi_application

from benchmarks.figure import Figure
from visitors.audience import booking
from visitors.audience.tally import tally

ROUNDS = 600
MOST_WAIT, MOST_COST = 1.05, 1.2
Opens = Callable[[], tuple[float, float]]
# One that is the same for everybody, and one that is made anew for each reader.
PAGES = ("/about/", "/privacy/")
ASKED = {
    "REQUEST_METHOD": "GET",
    "SERVER_NAME": "127.0.0.1",
    "SERVER_PORT": "80",
    "HTTP_HOST": "127.0.0.1",
    "REMOTE_ADDR": "127.0.0.1",
    "wsgi.url_scheme": "http",
    "HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "HTTP_SEC_FETCH_MODE": "navigate",
    "HTTP_REFERER": "http://127.0.0.1/platform/",
}


def figures(quick: bool) -> Iterator[Figure]:
    """The same page in turns, opened by a person and fetched ahead of time, which is not counted.

    What a reader waits for ends with the last byte; what the page costs, in processor time of the thread that answers
    it, ends when the server has closed the answer, and that is when it is counted.
    """
    del quick  # it is quick
    application = get_wsgi_application()
    for page in PAGES:
        ways = (_opens(application, page), _opens(application, page, HTTP_SEC_PURPOSE="prefetch"))
        _in_turns(ways, ROUNDS // 6)
        before = tally.counted
        (waited, cost), (waited_ahead, cost_ahead) = _in_turns(ways, ROUNDS)
        if tally.counted - before != ROUNDS:
            raise RuntimeError(f"{tally.counted - before} views of {ROUNDS} were counted: the figure says nothing")
        note = f"median of {ROUNDS}"
        yield Figure(f"wait for {page} when it is counted", waited, MOST_WAIT, limit=waited_ahead, note=note)
        note = f"processor time, {(cost - cost_ahead) * 1e6:.0f} µs more"
        yield Figure(f"cost of {page} when it is counted", cost, MOST_COST, limit=cost_ahead, note=note)
    # What was counted here is nobody's visit: it goes, from Valkey too; the tables are dropped with their database.
    booking.book()


def _in_turns(ways: Sequence[Opens], rounds: int) -> list[tuple[float, float]]:
    """The medians of waiting and of cost for each way, run in turns so that a slow moment meets them all."""
    found: list[list[tuple[float, float]]] = [[] for _way in ways]
    for number in range(rounds):
        turn = list(zip(ways, found, strict=True))
        for opens, taken in turn if number % 2 == 0 else reversed(turn):
            taken.append(opens())
    return [(median(one[0] for one in taken), median(one[1] for one in taken)) for taken in found]


def _opens(application: Any, page: str, **headers: str) -> Opens:
    """Opens the page once, as a server does; seconds until the last byte, and seconds of processor time in all."""

    def opens() -> tuple[float, float]:
        environ = {**ASKED, "PATH_INFO": page, "wsgi.input": BytesIO(), **headers}
        said: list[str] = []
        began, began_cost = perf_counter(), thread_time()
        answer = application(environ, lambda status, *_rest: said.append(status))
        b"".join(answer)
        waited = perf_counter() - began
        answer.close()
        if not said[0].startswith(str(HTTPStatus.OK.value)):
            raise RuntimeError(f"{page} answered {said[0]}")
        return waited, thread_time() - began_cost

    return opens
