"""Subscribers of the scene: one who has not said yes so far, and one who has."""

import re
from urllib.parse import urlsplit

from tests.journeys.walker import Walker

QUESTION = "Do you want messages from Occicor?"


def subscribe(walker: Walker) -> tuple[str, str, str]:
    """The links to say yes, to end, and to the choices, as they came by mail or stand on the page."""
    waiting = _asked(walker, "pat@example.org", "newsletter", "webinars")
    confirm = _link(waiting, "confirm")
    ready = _asked(walker, "rosa@example.org", "newsletter", "policy_changes")
    end = _link(ready, "end")
    walker.goes(_link(ready, "confirm"))
    walker.presses("Yes, I want these messages")
    walker.is_at("You are subscribed")
    walker.follows("See and change your choices")
    walker.is_at("Your choices")
    return confirm, end, urlsplit(walker.page.url).path


def _asked(walker: Walker, address: str, *topics: str) -> str:
    """Subscribe; what the message says that comes."""
    walker.email = address
    walker.goes("/newsletter/")
    for topic in topics:
        walker.chooses("topics", topic)
    walker.fills(email=address)
    walker.presses("Subscribe")
    walker.is_at("Look into your mailbox")
    return walker.letter(QUESTION)


def _link(letter: str, use: str) -> str:
    found = re.search(rf"http\S+/newsletter/{use}/\S+", letter)
    assert found is not None
    return urlsplit(found.group()).path
