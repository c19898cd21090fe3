"""Answers are counted across the processes of the web server, and what one of them counted outlives it."""

import psutil

from tests.occicor.test_metrics import parsed
from tests.stack import RunningStack, eventually

ASKED = 12


def test_any_process_tells_the_counts_of_all_and_of_one_that_died(running_stack: RunningStack) -> None:
    token = {"Authorization": f"Bearer {running_stack.extra['METRICS_TOKEN']}"}
    labels = (("method", "GET"), ("route", "static"), ("status", "4xx"))

    def counted() -> float:
        return parsed(running_stack.get("/metrics", **token)[1]).get(("occicor_http_requests_total", labels), 0)

    before = counted()

    def told_by_all() -> bool:
        """Four looks, which reach several processes; a connection that waited at the dead one is reset."""
        try:
            return {counted() - before for _look in range(4)} == {ASKED}
        except OSError:
            return False

    for number in range(ASKED):
        running_stack.get(f"/static/no-such-file-{number}.css")
    assert {counted() - before for _look in range(4)} == {ASKED}
    children = psutil.Process(running_stack.pid("web")).children()
    # Beside the workers there is Python's own tracker of what they share.
    next(child for child in children if "tracker" not in " ".join(child.cmdline())).kill()
    assert eventually(told_by_all, seconds=30)
