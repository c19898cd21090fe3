"""Counts answers by page: how many, how they ended, how long they took to begin. Never by address, person or id."""

from prometheus_client import Counter, Histogram

from occicor.watching.metric import Metric

REQUESTS = Metric(
    "http_requests_total", "Requests that this web server answered since it was started.", ("route", "method", "status")
)
TOOK = Metric("http_request_seconds", "Seconds until the answer began, since the server was started.", ("route",))
METRICS = (REQUESTS, TOOK)
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)

_answers = Counter(REQUESTS.full_name, REQUESTS.says, REQUESTS.labels, registry=None)
_seconds = Histogram(TOOK.full_name, TOOK.says, TOOK.labels, buckets=BUCKETS, registry=None)


def count(route: str, method: str, status: int, seconds: float) -> None:
    """Count one answer; any thread. A route is the name of a page, "static" for files, "no route" for no page."""
    _answers.labels(route, method, f"{status // 100}xx").inc()
    _seconds.labels(route).observe(seconds)
