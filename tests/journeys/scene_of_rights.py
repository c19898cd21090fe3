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

WHICH = "Do you mean the messages of this year,\nor of all years?"
WHO = "Which topic did you choose when you first wrote to us?"
ARCHIVES = "Your messages stand in three archives.\nWe search each of them by hand."
TWO_HOURS = "You asked for the same copy eleven times this year.\nMaking it takes two hours of work."

SETTLED = "That quarrel is settled since March.\nNobody needs these messages any more."
ANOTHER_HAND = "The message was written from another country, in another hand."
IN_COURT = "You wrote in it that you would take us to court.\nOnce that is settled, it goes too."


@dataclass(frozen=True)
class RightsScene:
    """References and addresses; the sessions are those of people whose address is proven."""

    stranger: StorageState
    asked_much: StorageState
    disagrees: StorageState
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
    fee: str
    stands: str
    longer: str
    partly: str
    appealed: str
    part_appealed: str
    doubted: str


def act_out(cast: Cast) -> RightsScene:
    """Act it out in the browser."""
    stranger = cast.newcomer("stranger", scripts=True)
    restricted = _approved(cast, stranger, Right.RESTRICTION)
    asked = WALKS[Right.ACCESS].asks(cast, stranger)
    ask_something(cast.agent, asked, "clarification", WHICH)
    ported = _approved(cast, stranger, Right.PORTABILITY)
    agent, child = cast.newcomer("agent", scripts=True), cast.newcomer("child", scripts=True)
    for_someone = WALKS_OF_OTHERS["agent", Right.ACCESS].asks(cast, agent)
    reported = WALKS_OF_OTHERS["child", Right.ERASURE].asks(cast, child)
    letter = cast.newcomer("by letter", scripts=True)
    by_letter = WALKS_OF_OTHERS["by letter", Right.ACCESS].asks(cast, letter)
    asked_much = cast.newcomer("stranger", scripts=True)
    fee, stands, longer, partly = _act_out_questions(cast, asked_much)
    disagrees = cast.newcomer("stranger", scripts=True)
    appealed, part_appealed, doubted = _act_out_disagreement(cast, disagrees)
    assert agent.about is not None
    return RightsScene(
        stranger.walker.page.context.storage_state(),
        asked_much.walker.page.context.storage_state(),
        disagrees.walker.page.context.storage_state(),
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
        fee,
        stands,
        longer,
        partly,
        appealed,
        part_appealed,
        doubted,
    )


def _act_out_questions(cast: Cast, person: Person) -> tuple[str, str, str, str]:
    """Somebody is asked for a fee, is asked who they are, waits longer, and reads that a part stays."""
    stands = _restriction_from_france(person.walker)
    fee, longer = (WALKS[right].asks(cast, person) for right in (Right.ACCESS, Right.OBJECTION))
    propose_a_fee(cast.agent, fee)
    ask_something(cast.agent, stands, "identity", WHO)
    take_longer(cast.agent, longer)
    partly = WALKS[Right.ERASURE].asks(cast, person)
    keep_a_part(cast.agent, partly)
    return fee, stands, longer, partly


def _act_out_disagreement(cast: Cast, person: Person) -> tuple[str, str, str]:
    """Somebody appeals a refusal and that a part stays; of a third request two people are not sure who asks."""
    appealed, part_appealed, doubted = (
        WALKS[right].asks(cast, person) for right in (Right.ACCESS, Right.ERASURE, Right.RESTRICTION)
    )
    cast.agent.refuses(appealed, "excessive", TWO_HOURS)
    keep_a_part(cast.agent, part_appealed)
    for path in (f"{appealed}/appeal/", f"{part_appealed}/appeal/visitors-contactmessage/"):
        person.walker.goes(f"/requests/{path}")
        person.walker.fills(text=SETTLED)
        person.walker.presses("Send your appeal")
        person.walker.sees("Your appeal is with us.")
    cast.agent.opens_in_queue(doubted)
    cast.agent.main.locator("summary", has_text="I am not sure who asks").click()
    cast.agent.fills(text=ANOTHER_HAND)
    cast.agent.presses("Put the doubt on record")
    with cast.officer() as officer:
        officer.opens_in_queue(doubted)
        officer.presses("Agree: ask for a document")
        officer.sees("The person is asked")
    return appealed, part_appealed, doubted


def _approved(cast: Cast, person: Person, right: Right) -> str:
    reference = WALKS[right].asks(cast, person)
    WALKS[right].decides(cast, reference)
    return reference


def _restriction_from_france(walker: Walker) -> str:
    """Say where one lives: there the clock can stand still and a term be longer; the next requests know it too."""
    walker.goes("/requests/new/restriction/")
    walker.chooses("ground", "accuracy")
    walker.fills(message="I moved, and you still write to the old store.")
    walker.presses("Continue")
    walker.chooses("country", "FR")
    walker.presses("Send your request")
    return walker.reference()


def _acts(agent: Walker, reference: str, act: str, button: str, told: str, **given: str) -> None:
    """Unfold what staff can do with a request and do it."""
    agent.opens_in_queue(reference)
    agent.main.locator("summary", has_text=act).click()
    agent.chooses("reason", given.pop("reason"))
    agent.fills(**given)
    agent.presses(button)
    agent.sees(told)


def ask_something(agent: Walker, reference: str, reason: str, text: str) -> None:
    """Staff ask the person something."""
    told = "Your question is on the page of the request"
    _acts(agent, reference, "Ask the person something", "Send the question", told, reason=reason, text=text)


def take_longer(agent: Walker, reference: str) -> None:
    """Staff take the longer term."""
    button, told = "Tell the person and take longer", "The term is longer."
    _acts(agent, reference, "Take the longer term", button, told, reason="complexity", text=ARCHIVES)


def propose_a_fee(agent: Walker, reference: str) -> None:
    """Staff propose a fee."""
    told = "The person is told of the fee."
    given = {"reason": "excessive", "euros": "12.50", "text": TWO_HOURS}
    _acts(agent, reference, "Propose a fee", "Propose the fee", told, **given)


def keep_a_part(agent: Walker, reference: str) -> None:
    """Staff keep a part of an erasure."""
    button, told = "Keep this part and tell the person", "This part stays when the rest is deleted."
    agent.opens_in_queue(reference)
    agent.main.locator("summary", has_text="Keep a part").click()
    agent.chooses("holding", "visitors-contactmessage")
    agent.chooses("reason", "legal_claims")
    agent.fills(text=IN_COURT)
    agent.presses(button)
    agent.sees(told)


def _recipient_of(person: Person) -> Walker:
    """Whoever reads the mailbox to which the person has their data sent."""
    return Walker(person.walker.page, person.walker.stack, email=f"new.home.{person.walker.email}")


def _link(reader: Walker, subject: str, path: str) -> str:
    found = re.search(rf"http\S+/{path}/\S+", reader.letter(subject))
    assert found is not None
    return urlsplit(found.group()).path
