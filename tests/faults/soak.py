"""`make soak`: a running site of its own is broken again and again while it works; a table says what became of it.

python -m occicor.embedded soak [--kills N] [--seed S] [--minutes M] | hosts
"""

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from occicor.embedded.layout import Layout
from tests.faults import hosts, soak_table
from tests.faults.cases import Case, Outcome
from tests.faults.driver import Driver
from tests.faults.faults import FAULTS
from tests.stack import RunningStack

KILLS = 1000
# The kinds are those of tests.faults.works, which needs the site's settings: the driver says them.


@dataclass(frozen=True)
class Wanted:
    """What was asked for on the command line."""

    kills: int
    seed: int
    minutes: float

    @property
    def over_at(self) -> float:
        """When time is up, by this process's clock."""
        return time.monotonic() + self.minutes * 60 if self.minutes else float("inf")


def plan(kinds: list[str], seed: int) -> Iterator[Case]:
    """Every kind of job with every fault, in an order that the seed draws, again and again."""
    chance = random.Random(seed)
    number = 0
    while True:
        pairs = [(kind, fault) for kind in kinds for fault in FAULTS]
        chance.shuffle(pairs)
        for kind, fault in pairs:
            number += 1
            yield Case(number, kind, fault, seed)


class Book:
    """What became of each case, one file for a seed; a later run goes on after the last one."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._path = folder / f"soak-{seed}.jsonl"
        self.outcomes: list[Outcome] = []
        if self._path.exists():
            lines = self._path.read_text(encoding="utf-8").splitlines()
            self.outcomes = [Outcome(**json.loads(line)) for line in lines if line.endswith("}")]

    def add(self, outcome: Outcome) -> None:
        """Write one down at once."""
        self.outcomes.append(outcome)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(outcome)) + "\n")

    @property
    def kills(self) -> int:
        """How many kills there were."""
        return sum(FAULTS[outcome.fault].kills for outcome in self.outcomes)


def soak(layout: Layout, wanted: Wanted) -> int:
    """Break the site until there were enough kills; the exit status is 1 when something was lost, wrong or late."""
    book, over_at = Book(layout.var, wanted.seed), wanted.over_at
    print(f"seed {wanted.seed}: {book.kills} of {wanted.kills} kills are in {layout.var} already", flush=True)
    site = RunningStack(layout.var / "site")
    try:
        driver = Driver(site.start())
        kinds: list[str] = driver.ask("kinds_of_work")
        done = {outcome.number for outcome in book.outcomes}
        for case in plan(kinds, wanted.seed):
            if book.kills >= wanted.kills or time.monotonic() > over_at:
                break
            if case.number not in done:
                outcome = case.run(site, driver)
                book.add(outcome)
                print(f"{book.kills:5} {outcome.in_words}", flush=True)
        driver.close()
    except KeyboardInterrupt:
        print("Stopped; the same command goes on from here.", flush=True)
    finally:
        site.stop()
    print(soak_table.table(book.outcomes, seed=wanted.seed, load=os.getloadavg()))
    return 0 if all(outcome.good for outcome in book.outcomes) else 1


def main(words: list[str]) -> int:
    """Do what the words say."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("what", nargs="?", choices=["kills", "hosts"], default="kills")
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=0.0, help="stop after so long; the next run goes on")
    asked = parser.parse_args(words)
    layout = Layout(Path(os.environ["VAR_DIR"]))
    if asked.what == "hosts":
        return hosts.main(layout)
    return soak(layout, Wanted(asked.kills, asked.seed, asked.minutes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
