"""A day at the desk: two hundred requests of all rights, each by hand, and by going on from one to the next."""

import sys
from collections.abc import Iterator

from benchmarks.desk_cast import People, played
from benchmarks.desk_player import table
from benchmarks.figure import Figure

# Going on by itself must spare at least so much of the clicks.
MOST = 0.5


def figures(quick: bool) -> Iterator[Figure]:
    """The clicks of the day, against those of the same day by hand; both tables go to the standard error."""
    del quick  # it is quick
    days = {}
    for name, by_hand in (("through", False), ("hand", True)):
        days[name] = played(People.hired(name), by_hand=by_hand)
        print("\n".join(("", name, *table(days[name]))), file=sys.stderr, flush=True)
    clicks = {name: sum(counted.clicks for counted in day.values()) for name, day in days.items()}
    pages = {name: sum(counted.pages for counted in day.values()) for name, day in days.items()}
    many = sum(counted.requests for counted in days["hand"].values())
    note = f"{pages['through']} pages against {pages['hand']}"
    each = {name: count / many for name, count in clicks.items()}
    yield Figure(
        "clicks for a request at the desk, one after the other", each["through"], MOST, "clicks", each["hand"], note
    )
