"""Readers of the scene: a subscriber who has not said yes so far, one who has, and pages that were looked at."""

import re
from urllib.parse import urlsplit

from tests.journeys.walker import Walker
from tests.stack import RunningStack

QUESTION = "Do you want messages from Occicor?"
# Four weeks that are over, as their days were closed.
READ = """
INSERT INTO visitors_audiencedaily (day, closed, route_name, language, device_class, referrer, views, entries)
SELECT current_date - ago, true, route, language, device, referrer, 9 + ago, CASE referrer WHEN 'own' THEN 0 ELSE 9 END
FROM generate_series(1, 27) ago, (VALUES
    ('visitors:home', 'en', 'computer', 'search.example'), ('visitors:planning', 'fr', 'phone', 'own'),
    ('visitors:held', 'ar', 'tablet', 'none'), ('other', 'other', 'other', 'other')
) words (route, language, device, referrer)
ON CONFLICT DO NOTHING;
INSERT INTO visitors_audiencetransition (day, closed, from_route, to_route, count)
SELECT current_date - ago, true, 'visitors:home', 'visitors:planning', ago FROM generate_series(5, 27) ago
ON CONFLICT DO NOTHING;
INSERT INTO visitors_audiencedepth (day, kind, depth, visits)
SELECT current_date - ago, 'returning', '3-5', ago FROM generate_series(5, 27) ago ON CONFLICT DO NOTHING;
INSERT INTO visitors_audiencepath (day, path, visits)
SELECT current_date - ago, 'visitors:home > visitors:planning > visitors:held', ago FROM generate_series(5, 27) ago
ON CONFLICT DO NOTHING
"""


def was_read(stack: RunningStack) -> None:
    """Figures of the audience, as four weeks leave them."""
    connection = stack.database()
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(READ)
    finally:
        connection.close()


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
