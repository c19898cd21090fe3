"""What the site stands on goes away while somebody uses it: what is said to be received is there, and once."""

import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psutil
import pytest

from tests.faults.driver import Driver
from tests.faults.visitor import Page, Visitor
from tests.stack import RunningStack, eventually

pytestmark = [pytest.mark.fault, pytest.mark.promise("P5.1"), pytest.mark.promise("P4.1")]

CONTACT, LOGIN = "/contact/", "/account/login/"
ASK, CHECK = "/requests/new/access/", "/requests/new/access/check/"
FINISHED_WITHIN_SECONDS = 30


def network() -> str:
    """An address that no other test comes from."""
    number = uuid4().int
    return f"198.18.{number % 250}.{number // 250 % 250}"


@contextmanager
def standing_still(site: RunningStack, part: str) -> Iterator[None]:
    """The part hears everything and answers nothing; worse than being gone, for that is noticed at once."""
    site.kill(part, signal.SIGSTOP)
    try:
        yield
    finally:
        site.kill(part, signal.SIGCONT)


class Letter:
    """A message on the contact page, filled in once and sent however often."""

    def __init__(self, site: RunningStack) -> None:
        self.mark = f"mark{uuid4().hex}"
        self.writer = Visitor(site, network())
        self.form = self.writer.get(CONTACT).hidden

    def send(self) -> Page:
        """Press the button."""
        typed = {"topic": "other", "text": self.mark, "email": f"{self.mark}@example.org"}
        return self.writer.post(CONTACT, {**self.form, **typed})


class Person:
    """Somebody signed in who has answered the question of a request for a copy, and not yet sent it."""

    def __init__(self, site: RunningStack, driver: Driver) -> None:
        self.driver = driver
        self.user = driver.ask("person", email=f"{uuid4().hex}@example.org", canary="canary", rows=1)
        self.browser = Visitor(site, network(), driver.ask("signed_in", user=self.user))
        question = self.browser.get(ASK)
        assert question.status == 200, question
        assert self.browser.post(ASK, {**question.hidden, "message": ""}).location == CHECK
        self.form = self.browser.get(CHECK).hidden

    def send(self) -> Page:
        """Send the request."""
        return self.browser.post(CHECK, {**self.form, "country": "FR"})

    def filed(self) -> list[str]:
        """The references of what is on record."""
        found: list[str] = self.driver.ask("filed_by", user=self.user)
        return found


def test_with_a_broker_that_says_nothing_people_are_served_and_wrong_passwords_stay_limited(
    running_stack: RunningStack, driver: Driver
) -> None:
    """F4. How long a page takes then is a figure of the benchmarks, not of a test."""
    person, letter = Person(running_stack, driver), Letter(running_stack)
    guesser = Visitor(running_stack, network())
    form = guesser.get(LOGIN).hidden
    with standing_still(running_stack, "valkey"):
        assert letter.send().status == 302
        sent = person.send()
        assert sent.location.endswith("/sent/"), sent
        request = driver.ask("ask_for", user=driver.ask("other", email=f"{uuid4().hex}@example.org"), right="access")
        done = lambda: driver.ask("state_of", request=request) == "completed"  # noqa: E731
        assert eventually(done, seconds=FINISHED_WITHIN_SECONDS)
        wrong = {**form, "login": f"{uuid4().hex}@example.org", "password": "wrong"}
        answers = [guesser.post(LOGIN, wrong) for _try in range(7)]
    assert any("Wait" in answer.text or answer.status == 429 for answer in answers), [a.status for a in answers]
    assert person.filed() == [sent.location.split("/")[-3]]
    assert driver.ask("letters_with", mark=letter.mark) == 1


def test_what_is_sent_while_the_database_starts_again_is_stored_once_or_said_to_be_not(
    running_stack: RunningStack, driver: Driver
) -> None:
    """F5. Whoever was not told that it arrived presses the button again."""
    letters = [Letter(running_stack) for _number in range(8)]
    answers: list[Page] = []

    def send_all() -> None:
        for letter in letters:
            answers.append(letter.send())
            time.sleep(0.15)

    sender = threading.Thread(target=send_all)
    sender.start()
    time.sleep(0.3)
    old = running_stack.kill("postgres", signal.SIGQUIT, group=False)
    sender.join()
    running_stack.wait_for_return("postgres", old)
    assert {answer.status for answer in answers} <= {302, 503}
    for letter, answer in zip(letters, answers, strict=True):
        if answer.status == 302:
            assert driver.ask("letters_with", mark=letter.mark) == 1
        assert eventually(lambda: letter.send().status == 302, seconds=20)  # noqa: B023 - asked at once
        assert driver.ask("letters_with", mark=letter.mark) == 1


def test_a_reply_that_is_lost_after_the_commit_costs_nobody_a_second_request(
    running_stack: RunningStack, driver: Driver
) -> None:
    """F6. The session's row is held: the request is on record and the answer cannot leave; then the web dies."""
    person = Person(running_stack, driver)
    database = running_stack.database()
    with database.cursor() as cursor:
        cursor.execute("SELECT FROM accounts_session WHERE user_id = %s FOR UPDATE", [person.user])
        assert cursor.rowcount == 1
        answers: list[Page] = []
        sender = threading.Thread(target=lambda: answers.append(person.send()))
        sender.start()
        assert eventually(lambda: bool(person.filed()), seconds=20)
        old = running_stack.kill("web")
        sender.join()
    database.close()
    assert [answer.status for answer in answers] == [0]
    running_stack.wait_for_return("web", old)
    assert eventually(running_stack.answers, seconds=30)
    again = person.send()
    assert (again.status, person.filed()) == (
        302,
        [again.location.rstrip("/").split("/")[-2 if "sent" in again.location else -1]],
    )


@contextmanager
def full_disk(site: RunningStack) -> Iterator[str]:
    """No room for packages: a tiny file system in their place for root, else a limit on the size of files; which."""
    folder = site.var / "packages"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode == 0:
        try:
            yield "tmpfs"
        finally:
            subprocess.run(["umount", "-l", str(folder)], check=True)
        return
    parts = [psutil.Process(site.pid(name)) for name in ("worker", "scheduler")]
    limited = [one for part in parts for one in (part, *part.children(recursive=True))]
    before = [one.rlimit(psutil.RLIMIT_FSIZE) for one in limited]
    for one, (_soft, hard) in zip(limited, before, strict=True):
        one.rlimit(psutil.RLIMIT_FSIZE, (65536, hard))
    try:
        yield "rlimit"
    finally:
        for one, limits in zip(limited, before, strict=True):
            one.rlimit(psutil.RLIMIT_FSIZE, limits)


def test_a_full_disk_leaves_no_half_package_and_the_copy_is_made_once_there_is_room(
    running_stack: RunningStack, driver: Driver
) -> None:
    """F9."""
    user = driver.ask("person", email=f"{uuid4().hex}@example.org", canary=f"canary{uuid4().hex}", rows=20_000)
    folder = Path(running_stack.var / "packages")
    with full_disk(running_stack):
        # Of other people, where it is not another disk.
        others = set(folder.iterdir())
        request = driver.ask("ask_for", user=user, right="access")
        tried = lambda: driver.ask("attempts_of", request=request) >= 2  # noqa: E731
        assert eventually(tried, seconds=FINISHED_WITHIN_SECONDS)
        assert driver.ask("made_for", requests=[request])["packages"] == 0
        assert eventually(lambda: set(folder.iterdir()) <= others, seconds=15)
    done = lambda: driver.ask("state_of", request=request) == "completed"  # noqa: E731
    assert eventually(done, seconds=FINISHED_WITHIN_SECONDS), driver.ask("failure_of", request=request)
    assert driver.ask("package_of", request=request, user=user) > 0
    assert not list(folder.glob("*.part"))


def test_messages_of_another_version_harm_nobody(running_stack: RunningStack, driver: Driver) -> None:
    """F17. A task that nobody knows, and one with more words than ours take; the job waits for neither."""
    request = driver.ask("ask_for", user=driver.ask("other", email=f"{uuid4().hex}@example.org"), right="access")
    worker = running_stack.pid("worker")
    driver.ask("ring_as_another_version_would", request=request)
    done = lambda: driver.ask("state_of", request=request) == "completed"  # noqa: E731
    assert eventually(done, seconds=FINISHED_WITHIN_SECONDS)
    later = driver.ask("ask_for", user=driver.ask("other", email=f"{uuid4().hex}@example.org"), right="access")
    assert eventually(lambda: driver.ask("state_of", request=later) == "completed", seconds=FINISHED_WITHIN_SECONDS)
    assert (running_stack.pid("worker"), driver.ask("made_for", requests=[request])["packages"]) == (worker, 1)


def test_a_worker_that_hears_no_bell_is_noticed_and_started_anew_and_nobody_waits_for_it(
    running_stack: RunningStack, driver: Driver
) -> None:
    """It lives, shows no error, and takes nothing from the broker: as some do after their broker was started again."""
    old = running_stack.pid("worker")
    driver.ask("deafen")
    request = driver.ask("ask_for", user=driver.ask("other", email=f"{uuid4().hex}@example.org"), right="access")
    done = lambda: driver.ask("state_of", request=request) == "completed"  # noqa: E731
    assert eventually(done, seconds=15), "the scheduler works from the database meanwhile"
    assert running_stack.pid("worker") == old
    running_stack.wait_for_return("worker", old, seconds=60)
    assert "deaf: bells lie at the broker" in (running_stack.layout.logs / "worker.log").read_text(encoding="utf-8")
    assert any(line.startswith("worker ended (code 69)") for line in running_stack.said)
