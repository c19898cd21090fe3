"""Cards of the scene: one that the person of the scene shares, and one that is shared with them."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.journeys.walker import Walker

GIVE, RECEIVED = "/account/sharing/give/", "/account/sharing/received/"


@dataclass(frozen=True)
class CardsScene:
    """The addresses of their pages."""

    card_given: str
    card_received: str


def share_card(owner: Walker, address: str) -> str:
    """Share one's e-mail address with somebody; the page of the card."""
    owner.goes(GIVE)
    owner.fills(email=address)
    owner.chooses("parts", "email")
    owner.presses("Share your card")
    owner.is_at("A card you share")
    return urlsplit(owner.page.url).path


def opens_card(viewer: Walker, whose: str) -> str:
    """Open a card that somebody shares, from the list on; its page."""
    viewer.goes(RECEIVED)
    viewer.follows(whose)
    viewer.is_at("A card shared with you")
    return urlsplit(viewer.page.url).path


def share_cards(person: Walker, other: Walker, new_email: str) -> CardsScene:
    """Share a card with somebody who has no account, and be shown another's."""
    given = share_card(person, new_email)
    share_card(other, person.email)
    return CardsScene(given, opens_card(person, other.email))


def end_card(owner: Walker, card: str) -> None:
    """Take a card back."""
    owner.goes(card)
    owner.presses("End it now")
    owner.sees("Nobody sees this card any more.")
