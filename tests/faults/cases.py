"""One case of the soak: work of a kind is begun, something dies in the middle of it, and everything is looked at."""

import contextlib
import random
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.driver import Driver
from tests.faults.faults import FAULTS
from tests.stack import RunningStack, eventually

# From the part answering again: what does not go on by then is late, what is not done by then is lost.
LIMIT_SECONDS = 10.0
LOST_SECONDS = 60.0
LATEST_KILL_SECONDS = 0.6
NEVER = 1e9
# What every request's address begins with (tests.faults.works_of_requests), and where it may stand.
PLAINTEXT = b"person-"
DATABASE_AND_MAIL = {"pg", "postgres", "data", "outbox", "run", "demo-accounts.json"}


@dataclass(frozen=True)
class Outcome:
    """What became of a case.

    Seconds from the part answering again: `resumed` until work went on, `seconds` until all was done; `since_kill` is
    the latter from the kill.
    """

    number: int
    kind: str
    fault: str
    hit: bool
    resumed: float
    seconds: float
    since_kill: float
    lost: bool
    wrong: list[str] = field(default_factory=list)

    @property
    def late(self) -> bool:
        """Whether it took longer than promised until work went on."""
        return self.resumed > LIMIT_SECONDS

    @property
    def good(self) -> bool:
        """Whether nothing was lost, wrong or late."""
        return not (self.lost or self.wrong or self.late)

    @property
    def in_words(self) -> str:
        """One line for the person at the terminal."""
        when = "in the middle" if self.hit else "after the end"
        done = f"went on in {self.resumed:.1f} s, done in {self.seconds:.1f} s, {self.since_kill:.1f} s from the kill"
        said = "LOST" if self.lost else f"{done}{' LATE' if self.late else ''}"
        return (
            f"{self.kind:<18} {self.fault:<22} {when}: {said}{' WRONG: ' + '; '.join(self.wrong) if self.wrong else ''}"
        )


@dataclass(frozen=True)
class Case:
    """A kind of job and a fault; the seed draws when exactly."""

    number: int
    kind: str
    fault: str
    seed: int

    def run(self, site: RunningStack, driver: Driver) -> Outcome:
        """Begin, break, wait, look."""
        chance, since = random.Random(f"{self.seed}-{self.number}"), time.time()
        driver.ask("let_go_of_people")
        work = driver.ask("begin_work", kind=self.kind)
        eventually(lambda: bool(driver.ask("work_moves", number=work)), seconds=20)
        time.sleep(chance.uniform(0, LATEST_KILL_SECONDS))
        hit = not driver.ask("work_is_finished", number=work)
        moment, killed = driver.ask("moment"), time.monotonic()
        FAULTS[self.fault].make(site, chance)
        back, resumed, ended = self._wait(driver, work, moment)
        wrong = [*driver.ask("wrong_with_work", number=work), *driver.ask("wrong_with_chains")]
        if not eventually(lambda: not list((site.var / "packages").glob("*.part")), seconds=15):
            wrong.append("a half package lies there")
        wrong += [f"plaintext in {path}" for path in plaintext(site.var, since)]
        return Outcome(
            self.number,
            self.kind,
            self.fault,
            hit=hit,
            resumed=_between(back, resumed),
            seconds=_between(back, ended),
            since_kill=_between(killed, ended),
            lost=ended == NEVER,
            wrong=wrong,
        )

    def _wait(self, driver: Driver, work: int, moment: str) -> tuple[float, float, float]:
        """When every part answered again, when work went on, when all was done; NEVER what is not in time."""
        missing = set(FAULTS[self.fault].parts)
        before, resumed = driver.ask("progress_of_work", number=work), NEVER
        back = time.monotonic()
        while time.monotonic() < back + LOST_SECONDS:
            done = bool(driver.ask("work_is_finished", number=work))
            if missing:
                missing = {part for part in missing if not driver.ask("is_back", part=part, since=moment)}
                back = time.monotonic()
            if resumed == NEVER and (done or driver.ask("progress_of_work", number=work) != before):
                resumed = time.monotonic()
            if done:
                return back, resumed, time.monotonic()
            time.sleep(0.05)
        return back, resumed, NEVER


def _between(begun: float, ended: float) -> float:
    """Seconds from one instant to another; 0 where that came first."""
    return round(max(0.0, ended - begun), 2)


def plaintext(var: Path, since: float) -> list[str]:
    """Files of the site, written since an instant, in which a person's address stands and must not."""
    found = []
    for path in var.rglob("*"):
        inside = path.relative_to(var)
        if inside.parts[0] in DATABASE_AND_MAIL:
            continue
        with contextlib.suppress(FileNotFoundError):  # files come and go
            if path.is_file() and path.stat().st_mtime >= since - 1 and PLAINTEXT in path.read_bytes():
                found.append(str(inside))
    return found
