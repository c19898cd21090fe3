"""A site in which something happened: requests in every state, so that every page has something to show."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.journeys.walker import QUEUE, Walker

Visit = Callable[..., AbstractContextManager[Walker]]
REFUSAL = "You had the same copy on Monday. Nothing has changed since then."
# A file with the right form that nobody of us signed.
FOREIGN = '{"receipt": {"reference": "OC-0000-0000"}, "signature": {"key_id": "0000000000000000", "signature": ""}}'


@dataclass(frozen=True)
class Scene:
    """References of requests by what became of them, and the documents that the last one left."""

    opened: str
    refused: str
    withdrawn: str
    ready: str
    prepared: str
    erased: str
    follow_opened: str
    follow_refused: str
    follow_erased: str
    receipt: Path
    altered: Path
    foreign: Path


def _follow_link(walker: Walker) -> str:
    href = walker.main.locator("a[href*='/requests/follow/']").first.get_attribute("href") or ""
    found = re.search(r"/requests/follow/.*", href)
    assert found is not None
    return found.group()


def set_scene(visit: Visit, visit_as: Visit, email: str, folder: Path) -> Iterator[Scene]:
    """Act it out in the browser; afterwards withdraw what is open."""
    with ExitStack() as stage:
        agent, subject, other, ready = (
            stage.enter_context(visit_as(role)) for role in ("agent", "subject", "other_subject", "administrator")
        )
        person = stage.enter_context(visit())
        person.signs_up(email)
        erased = person.asks_for_erasure()
        follow_erased = _follow_link(person)
        _recommend(agent, erased)
        with visit_as("officer") as officer:
            officer.opens_in_queue(erased)
            officer.presses("Approve the erasure")
            if "/reauthenticate/" in officer.page.url:
                officer.shows_again_who_it_is()
            officer.sees("You approved the request.")
        ready_reference = ready.asks_for_a_copy()
        agent.approves(ready_reference)
        refused = subject.asks_for_a_copy()
        follow_refused = _follow_link(subject)
        agent.refuses(refused, "excessive", REFUSAL)
        withdrawn = subject.asks_for_a_copy()
        subject.withdraws(withdrawn)
        opened = subject.asks_for_a_copy("Two lines:\nand <markup>.")
        follow_opened = _follow_link(subject)
        prepared = other.asks_for_erasure()
        _recommend(agent, prepared)
        person.goes(follow_erased)
        person.waits_for("Your data is deleted")
        person.goes(follow_erased)
        receipt = person.downloads(folder, "Save the signed receipt")
        ready.goes(f"/requests/{ready_reference}/")
        ready.waits_for("Your copy is ready")
        altered, foreign = folder / "altered.json", folder / "foreign.json"
        altered.write_text(receipt.read_text(encoding="utf-8").replace(erased, "OC-0000-0000"), encoding="utf-8")
        foreign.write_text(FOREIGN, encoding="utf-8")
        yield Scene(
            *(opened, refused, withdrawn, ready_reference, prepared, erased),
            *(follow_opened, follow_refused, follow_erased, receipt, altered, foreign),
        )
        subject.withdraws(opened)
        other.withdraws(prepared)


def _recommend(agent: Walker, reference: str) -> None:
    agent.opens_in_queue(reference)
    agent.presses("Recommend the erasure")
    agent.sees("You recommended the erasure.")


def in_queue(walker: Walker, query: str) -> None:
    """Open the queue with a search or a view."""
    walker.goes(f"{QUEUE}?{query}")
