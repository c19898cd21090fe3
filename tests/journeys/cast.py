"""The kinds of people who have rights, and how each comes to be known to the site."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import expect

from tests.journeys.walker import Walker
from tests.processor import Processor
from tests.stack import RunningStack

Visit = Callable[..., AbstractContextManager[Walker]]
NAME = "Wren Alderbank"
WORDS = "Does your software read labels in Tifinagh?"


@dataclass(frozen=True)
class Person:
    """Somebody who asks, and what the site holds about them: the holding, and a value of a field of it.

    `about` is the data subject where somebody else asks.
    """

    walker: Walker
    holding: str
    field: str
    value: str
    about: Walker | None = None

    @property
    def has_account(self) -> bool:
        """Whether they sign in; the others show who they are by a code to their address."""
        return self.holding == "accounts-profile"


@dataclass
class Cast:
    """Everybody who takes part, and what they need; each person is there once, with scripts or without."""

    visit: Visit
    visit_as: Visit
    new_email: Callable[[], str]
    stack: RunningStack
    processor: Processor
    folder: Path
    stage: ExitStack
    agent: Walker
    people: dict[tuple[str, bool], Person] = field(default_factory=dict)

    def person(self, kind: str, *, scripts: bool) -> Person:
        """The person of this kind, who comes to be known the first time they are needed."""
        if (kind, scripts) not in self.people:
            self.people[kind, scripts] = self.newcomer(kind, scripts=scripts)
        return self.people[kind, scripts]

    def newcomer(self, kind: str, *, scripts: bool) -> Person:
        """Somebody of this kind of whom the site has not heard before."""
        walker = self.stage.enter_context(self.visit(java_script_enabled=scripts))
        return ARRIVALS[kind](self, walker)

    def officer(self) -> AbstractContextManager[Walker]:
        """The second pair of eyes."""
        return self.visit_as("officer")


def with_an_account(cast: Cast, walker: Walker) -> Person:
    """Makes an account and says who they are."""
    walker.signs_up(cast.new_email())
    walker.goes("/account/profile/")
    walker.fills(name=NAME)
    walker.presses("Save my profile")
    walker.sees("Your profile is saved.")
    return Person(walker, "accounts-profile", "name", NAME)


def enrolled_by_a_customer(cast: Cast, walker: Walker) -> Person:
    """Is enrolled by their employer, reads so in a message, and shows by a code that the address is theirs."""
    walker.email = cast.new_email()
    cast.agent.goes("/admin/accounts/enrolment/add/")
    cast.agent.main.locator("[name=customer]").select_option(label="Marché Lavande")
    cast.agent.fills(nickname="Ida", address=walker.email, facts="store: Lyon 3")
    cast.agent.presses("Save")
    assert "Marché Lavande" in walker.letter("enrolled")
    shows_the_address(walker)
    return Person(walker, "accounts-enrolment", "nickname", "Ida")


def who_wrote_to_us(cast: Cast, walker: Walker) -> Person:
    """Wrote to us once, from the contact page, and shows by a code that the address is theirs."""
    _writes_to_us(cast, walker)
    shows_the_address(walker)
    walker.sees(f"You are here as the owner of {walker.email}.")
    return Person(walker, "visitors-contactmessage", "text", WORDS)


def known_by_a_letter(cast: Cast, walker: Walker) -> Person:
    """Wrote to us once; whoever asks about them is somebody else, or staff with a letter in their hands."""
    _writes_to_us(cast, walker)
    return Person(walker, "visitors-contactmessage", "text", WORDS)


def for_somebody_else(cast: Cast, walker: Walker) -> Person:
    """Is not known to us and shows only where we reach them; the data subject is another person, who wrote to us."""
    subject = cast.stage.enter_context(cast.visit(java_script_enabled=walker.scripts))
    _writes_to_us(cast, subject)
    walker.email = cast.new_email()
    shows_the_address(walker, "/requests/for-someone/", asked="First: where do we reach you?")
    walker.is_at("Ask for someone else")
    return Person(walker, "visitors-contactmessage", "text", WORDS, subject)


def _writes_to_us(cast: Cast, walker: Walker) -> None:
    walker.email = cast.new_email()
    walker.goes("/contact/")
    walker.chooses("topic", "product")
    walker.fills(text=WORDS, email=walker.email)
    walker.presses("Send your message")
    walker.is_at("We have your message")


def shows_the_address(
    walker: Walker, path: str = "/requests/", *, asked: str = "Which address do we know you by?"
) -> None:
    """Go from a page over the question who one is to the code in the message, and back."""
    walker.goes(path)
    walker.is_at("How do we know that it is you?")
    walker.follows("Use my e-mail address")
    walker.is_at(asked)
    walker.fills(email=walker.email)
    walker.presses("Send me a code")
    walker.is_at("Look into your mailbox")
    walker.fills(code=walker.code())
    walker.presses("Continue")


ARRIVALS: Mapping[str, Callable[[Cast, Walker], Person]] = {
    "account": with_an_account,
    "enrolled": enrolled_by_a_customer,
    "stranger": who_wrote_to_us,
    "agent": for_somebody_else,
    "guardian": for_somebody_else,
    "child": known_by_a_letter,
    "once a child": with_an_account,
    "by letter": known_by_a_letter,
}


def see_record(agent: Walker, list_path: str, address: str, text: str) -> None:
    """As staff: open what a list shows under an address and see that the page says this."""
    agent.goes(f"{list_path}?q={address}")
    agent.main.locator("tbody th a").first.click()
    expect(agent.main).to_contain_text(text)
