"""`kill -9` of each part in the middle of an export and of an erasure: finished, effects once, nothing left."""

import random
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
import pytest

from tests.faults.driver import Driver
from tests.stack import START_SECONDS, RunningStack, eventually

pytestmark = [pytest.mark.fault, pytest.mark.promise("P5.1"), pytest.mark.promise("P5.3")]

# Work on them takes two seconds at the least, for it waits at each: as with fifty times as many, but nobody computes.
ROWS = 2_000
WAIT_SECONDS = 0.001
# As long as it takes until a worker that was killed is back and killed again.
LONG_WAIT_SECONDS = 0.005
# A kill that comes after the end proves nothing: then another person asks, and the kill comes sooner.
TRIES = 6
LATEST_KILL_SECONDS = 0.5
# How soon is a figure of the soak; a machine on which three processes of tests work needs its time.
FINISHED_WITHIN_SECONDS = 60
# Nobody waits for a broker that does not come; on a busy machine what is done itself takes ten seconds.
ACCEPTED_WITHIN_SECONDS = 30
# What becomes of a worker that is stopped is seen by nobody: the database drops it when its patience with a silent
# transaction is over, then the lease runs out, and then all the work is done by another, however busy the machine is.
OVERTAKEN_WITHIN_SECONDS = 60
OUTSIDE = ("pg", "postgres", "data", "outbox", "log", "run")


@pytest.fixture(scope="module")
def site(running_stack: RunningStack, driver: Driver) -> Iterator[RunningStack]:
    """The shared site: every part is alive again when these tests end."""
    yield running_stack
    driver.ask("wait_nowhere")


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """Printed with a failure; set the same one here to repeat it."""
    found = random.SystemRandom().randrange(10**6)
    request.node.add_report_section("setup", "seed", str(found))
    return found


class Case:
    """One person whose request is under way when something dies."""

    def __init__(self, driver: Driver, right: str, seed: int, rows: int = ROWS) -> None:
        self.driver = driver
        self.right = right
        self.canary = f"canary{uuid4().hex}"
        self.user = driver.ask("person", email=f"p{seed}-{uuid4().hex[:8]}@example.org", canary=self.canary, rows=rows)
        self.request = driver.ask("ask_for", user=self.user, right=right)

    def slow(self, seconds: float = WAIT_SECONDS) -> None:
        """Have the work last from now on; and not any more, for 0."""
        self.driver.ask("wait_at_each_message", seconds=seconds)

    def finished(self) -> bool:
        """Whether the request is answered."""
        return bool(self.driver.ask("state_of", request=self.request) == "completed")

    def wait_until_it_runs(self) -> None:
        """Return once the job's first step is done."""
        assert eventually(lambda: bool(self.driver.ask("step_of", request=self.request)), seconds=20)

    def check(self, var: Path) -> None:
        """What must hold whatever died."""
        found: dict[str, Any] = self.driver.ask("whole", request=self.request)
        assert (found["state"], found["legal"], found["audit"], found["signed"]) == ("completed", True, True, True)
        assert found["events"].count("fulfil") == 1
        if self.right == "access":
            assert (found["packages"], found["ready_messages"]) == (1, 1)
            assert self.driver.ask("package_of", request=self.request, user=self.user) > 0
        else:
            assert (found["receipts"], self.driver.ask("left_of", user=self.user)) == (1, [])
            assert (found["entries"], found["ledger"]) == (1, "ok")
            gone = lambda: not self.driver.ask("has_contact", request=self.request)  # noqa: E731
            assert eventually(gone, seconds=FINISHED_WITHIN_SECONDS)
        assert eventually(lambda: not list((var / "packages").glob("*.part")), seconds=FINISHED_WITHIN_SECONDS)
        assert plaintext_in(var, self.canary) == []


def plaintext_in(var: Path, canary: str) -> list[str]:
    """Files of the site outside the database's own in which the canary stands."""
    inside = [path for path in var.rglob("*") if path.is_file() and path.relative_to(var).parts[0] not in OUTSIDE]
    return [str(path.relative_to(var)) for path in inside if canary.encode() in path.read_bytes()]


def kill_worker(site: RunningStack) -> None:
    """The worker with all its children, as when the machine's memory is gone."""
    site.wait_for_return("worker", site.kill("worker"))


def kill_child(site: RunningStack) -> None:
    """The child of the worker that is busiest; a worker that has only just come back has none yet."""
    worker = psutil.Process(site.pid("worker"))
    assert eventually(lambda: bool(worker.children(recursive=True)), seconds=FINISHED_WITHIN_SECONDS)
    max(worker.children(recursive=True), key=lambda child: sum(child.cpu_times()[:2])).send_signal(signal.SIGKILL)


def kill_valkey(site: RunningStack) -> None:
    """The broker and everything it remembers."""
    site.wait_for_return("valkey", site.kill("valkey"))


def kill_postgres(site: RunningStack) -> None:
    """The database at once: connections drop, what was not committed is gone."""
    site.wait_for_return("postgres", site.kill("postgres", signal.SIGQUIT, group=False))


KILLS: dict[str, Callable[[RunningStack], None]] = {
    "worker": kill_worker,
    "child": kill_child,
    "valkey": kill_valkey,
    "postgres": kill_postgres,
}


@pytest.mark.parametrize("right", ["access", "erasure"])
@pytest.mark.parametrize("part", KILLS)
def test_it_is_finished_once_the_part_is_back(
    site: RunningStack, driver: Driver, part: str, right: str, seed: int
) -> None:
    chance = random.Random(seed)
    for late in range(TRIES):
        case = Case(driver, right, seed)
        case.slow()
        case.wait_until_it_runs()
        time.sleep(chance.uniform(0, LATEST_KILL_SECONDS / 2**late))
        if not case.finished():
            break
        case.slow(0)
    else:
        pytest.fail("the work is done before it can be disturbed: let it wait longer")
    KILLS[part](site)
    case.slow(0)  # the clock starts when the part answers again: this waits while the database recovers
    assert eventually(case.finished, seconds=FINISHED_WITHIN_SECONDS), driver.ask("failure_of", request=case.request)
    case.check(site.var)


@pytest.mark.parametrize("right", ["access", "erasure"])
def test_a_worker_that_is_killed_again_and_again_still_gets_there(
    site: RunningStack, driver: Driver, right: str, seed: int
) -> None:
    chance = random.Random(seed)
    case = Case(driver, right, seed)
    case.slow(LONG_WAIT_SECONDS)
    for _kill in range(3):
        time.sleep(chance.uniform(0, 2))
        kill_worker(site)
    case.slow(0)
    assert eventually(case.finished, seconds=FINISHED_WITHIN_SECONDS), driver.ask("failure_of", request=case.request)
    case.check(site.var)


def test_a_stopped_worker_that_wakes_up_later_writes_nothing(site: RunningStack, driver: Driver, seed: int) -> None:
    """SIGSTOP past the lease, then SIGCONT: meanwhile another run finished, and the zombie finds its fence gone."""
    case = Case(driver, "erasure", seed)
    case.slow()
    case.wait_until_it_runs()
    children = [psutil.Process(site.pid("worker")), *psutil.Process(site.pid("worker")).children(recursive=True)]
    for process in children:
        process.send_signal(signal.SIGSTOP)
    try:
        assert not case.finished(), "the work is done before it can be disturbed: let it wait longer"
        case.slow(0)
        assert eventually(case.finished, seconds=OVERTAKEN_WITHIN_SECONDS)
    finally:
        for process in children:
            process.send_signal(signal.SIGCONT)
    time.sleep(1)
    case.check(site.var)


def test_a_holding_that_raises_is_shown_to_staff_and_goes_on_when_they_say_so(
    site: RunningStack, driver: Driver, seed: int
) -> None:
    """The error is a real one: a trigger of the database refuses to delete the person's messages."""
    case_right = "erasure"
    driver.ask(
        "sql",
        statement="CREATE FUNCTION refuse_for_test() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'refused'; END $$;"
        " CREATE TRIGGER refuse_for_test BEFORE DELETE ON accounts_profile EXECUTE FUNCTION refuse_for_test()",
    )
    try:
        case = Case(driver, case_right, seed, rows=10)
        attention = lambda: driver.ask("state_of", request=case.request) == "needs_attention"  # noqa: E731
        assert eventually(attention, seconds=20)
        assert driver.ask("failure_of", request=case.request) == ["holding:accounts-profile", "InternalError", []]
    finally:
        driver.ask("sql", statement="DROP FUNCTION refuse_for_test CASCADE")
    driver.ask("resume", request=case.request)
    assert eventually(case.finished, seconds=FINISHED_WITHIN_SECONDS)
    case.check(site.var)


def test_without_a_broker_from_the_start_requests_are_accepted_and_fulfilled(
    made_stack: Callable[..., RunningStack], seed: int
) -> None:
    """The address of the broker leads nowhere: the scheduler runs the jobs straight from PostgreSQL.

    Nothing waits for what the site says about it at last: it works before.
    """
    site = made_stack(REDIS_URL="redis://127.0.0.1:9/0").start(until="Embedded mode")
    assert eventually(site.answers, seconds=START_SECONDS), "\n".join(site.said)
    driver = Driver(site)
    try:
        driver.ask("sql", statement="SELECT 1")  # returns once the driver itself has started, which takes a while
        for right in ("access", "erasure"):
            began = time.monotonic()
            case = Case(driver, right, seed, rows=100)
            assert time.monotonic() - began < ACCEPTED_WITHIN_SECONDS
            assert eventually(case.finished, seconds=FINISHED_WITHIN_SECONDS)
            case.check(site.var)
    finally:
        driver.close()
