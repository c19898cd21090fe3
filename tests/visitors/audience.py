"""Readers of the tests of the audience: browsers that say what people's browsers say, and a day that is over."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.utils import timezone

from visitors.audience.booking import book
from visitors.audience.closing import MARGIN
from visitors.audience.seen import Seen
from visitors.audience.tally import Tally

PHONE = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36"
)
COMPUTER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
TABLES = (
    *("visitors_audiencedaily", "visitors_audiencetransition", "visitors_audiencebatch", "visitors_audiencevisit"),
    *("visitors_audiencestep", "visitors_audiencedepth", "visitors_audiencepath"),
)


def reader(agent: str = COMPUTER, **headers: str) -> Client:
    """A browser that opens pages as a person does."""
    return Client(headers={"user-agent": agent, "sec-fetch-mode": "navigate", "sec-fetch-dest": "document", **headers})


def opens(browser: Client, path: str, *, after: str = "", **headers: str) -> Any:
    """Open a page, from a link on the page `after`; an address of another site is one with a scheme."""
    came = after if "://" in after else f"http://testserver{after}"
    return browser.get(path, headers={**headers, **({"referer": came} if after else {})})


def table(name: str) -> list[dict[str, Any]]:
    """Every row of a table, every column of it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {name} ORDER BY 1, 2, 3, 4" if name != TABLES[2] else f"SELECT * FROM {name}")
        columns = [column.name for column in cursor.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def counted() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Bring into the tables what was seen; views and ways, with every column but the number of the row."""
    book(Tally())
    found = ([{**row, "id": 0} for row in table(name)] for name in TABLES[:2])
    return tuple(sorted(rows, key=str) for rows in found)  # type: ignore[return-value]


def views() -> int:
    """How many views were counted so far."""
    return sum(row["views"] for row in counted()[0])


def view(route: str = "visitors:home", *, on: date | None = None, **words: str) -> Seen:
    """A view as it is counted, of today where nothing else is said."""
    said = {"language": "en", "device": "phone", "referrer": "none", **words}
    return Seen(day=on or timezone.localdate(), route=route, **said)


def yesterday() -> date:
    """A day that is over, and may be closed: shortly after midnight it is not yesterday yet."""
    return timezone.localdate(timezone.now() - MARGIN) - timedelta(days=1)


def count(*views_: Seen) -> None:
    """Count views and bring them into the tables."""
    tally = Tally()
    for one in views_:
        assert tally.count(one)
    book(tally)


class CountedTally(Tally):
    """Counts in memory what would be counted in Valkey."""

    def __init__(self) -> None:
        super().__init__()
        self.views: Counter[Seen] = Counter()

    def count(self, view: Seen, times: int = 1) -> bool:
        """Add a view that was seen so many times."""
        self.views[view] += times
        return True
