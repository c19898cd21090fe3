"""What happened to people without an account and to those for whom somebody else asks, so that it can be seen."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import StorageState

from privacy.vocabulary import Right
from tests.journeys.cast import Cast, Person
from tests.journeys.rights_of_others import WALKS_OF_OTHERS
from tests.journeys.rights_walks import WALKS
from tests.journeys.walker import Walker


@dataclass(frozen=True)
class RightsScene:
    """References and addresses; `stranger` and `agent` are the sessions of people whose address is proven."""

    stranger: StorageState
    agent: StorageState
    restricted: str
    asked: str
    ported: str
    transfer: str
    for_someone: str
    stop: str
    reported: str
    adult: str
    by_letter: str


def act_out(cast: Cast) -> RightsScene:
    """Act it out in the browser."""
    stranger = cast.newcomer("stranger", scripts=True)
    restricted = _approved(cast, stranger, Right.RESTRICTION)
    asked = WALKS[Right.ACCESS].asks(cast, stranger)
    _ask_something(cast.agent, asked)
    ported = _approved(cast, stranger, Right.PORTABILITY)
    agent, child = cast.newcomer("agent", scripts=True), cast.newcomer("child", scripts=True)
    for_someone = WALKS_OF_OTHERS["agent", Right.ACCESS].asks(cast, agent)
    reported = WALKS_OF_OTHERS["child", Right.ERASURE].asks(cast, child)
    letter = cast.newcomer("by letter", scripts=True)
    by_letter = WALKS_OF_OTHERS["by letter", Right.ACCESS].asks(cast, letter)
    assert agent.about is not None
    return RightsScene(
        stranger.walker.page.context.storage_state(),
        agent.walker.page.context.storage_state(),
        restricted,
        asked,
        ported,
        _link(_recipient_of(stranger), "Somebody has their data sent to you", "transfer"),
        for_someone,
        _link(agent.about, f"Somebody asks us for something in your name: {for_someone}", "requests/stop"),
        reported,
        _link(child.walker, f"We have stopped the use of your data: {reported}", "requests/adult"),
        by_letter,
    )


def _approved(cast: Cast, person: Person, right: Right) -> str:
    reference = WALKS[right].asks(cast, person)
    WALKS[right].decides(cast, reference)
    return reference


def _ask_something(agent: Walker, reference: str) -> None:
    agent.opens_in_queue(reference)
    agent.main.locator("summary", has_text="Ask the person something").click()
    agent.chooses("reason", "clarification")
    agent.fills(text="Do you mean the messages of this year,\nor of all years?")
    agent.presses("Send the question")
    agent.sees("Your question is on the page of the request")


def _recipient_of(person: Person) -> Walker:
    """Whoever reads the mailbox to which the person has their data sent."""
    return Walker(person.walker.page, person.walker.stack, email=f"new.home.{person.walker.email}")


def _link(reader: Walker, subject: str, path: str) -> str:
    found = re.search(rf"http\S+/{path}/\S+", reader.letter(subject))
    assert found is not None
    return urlsplit(found.group()).path
