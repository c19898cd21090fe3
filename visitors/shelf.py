"""The shelf in our drawings: what stands where, what the plan says, and what can be counted on it.

Every drawing of a shelf is made from this table, and every number beside a drawing is counted here, so that what is
said and what is drawn cannot differ. It is an example, no Customer's shelf, and the pages say so.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WIDTH = 640
HEIGHT = 392
MARGIN = 22
BESIDE = 6
BRACKET = 6
AROUND = 2
LOOK_WIDTH = 47
# The boards, from the top: where products stand.
BOARDS = (124, 248, 358)
# In how many strokes, from left to right, the frames appear.
STROKES = 8


@dataclass(frozen=True)
class Product:
    """One kind of product; `key` names its drawing in drawings/products.html, `own` says that the reader makes it."""

    key: str
    name: str | Promise
    width: int
    height: int
    own: bool = False


PRODUCTS = {
    product.key: product
    for product in (
        Product("oil", _("Oil"), 24, 96),
        Product("milk", _("Milk"), 32, 82, own=True),
        Product("flakes", _("Corn flakes"), 50, 90),
        Product("pasta", _("Pasta"), 28, 84),
        Product("jam", _("Jam"), 34, 58),
        Product("coffee", _("Coffee"), 36, 66, own=True),
        Product("rice", _("Rice"), 38, 74),
        Product("tea", _("Tea"), 38, 52),
        Product("beans", _("Beans"), 32, 50),
        Product("salt", _("Salt"), 30, 60),
    )
}
CHOSEN = "coffee"
# Per board its groups: what the plan wants there, and what was found in each place ("" where nothing stands).
FOUND: tuple[tuple[tuple[str, tuple[str, ...]], ...], ...] = (
    (("oil", ("oil",) * 4), ("milk", ("milk",) * 4), ("flakes", ("flakes",) * 3), ("pasta", ("pasta",) * 4)),
    (("jam", ("jam",) * 5), ("coffee", ("coffee",) * 4), ("rice", ("rice", "rice", "", "", "rice"))),
    (
        ("tea", ("tea",) * 4),
        ("beans", ("beans", "beans", "jam", "beans", "beans")),
        ("salt", ("salt", "salt", "", "salt", "salt")),
    ),
)
# The same place of one product in some shops on the days of a week: 1 it stood there, 0 the place was empty.
WEEK = ("1111111", "1111011", "1111111", "1100011", "1111111", "1011111")


@dataclass(frozen=True)
class Place:
    """One place on a board, as wide as what the plan wants there."""

    x: int
    y: int
    planned: Product
    found: Product | None

    @property
    def product(self) -> Product:
        """What is drawn there: what was found, else what should stand there."""
        return self.found or self.planned

    @property
    def misplaced(self) -> bool:
        """Whether something else stands there."""
        return self.found is not None and self.found is not self.planned

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom of its frame."""
        product = self.product
        return self.x - AROUND, self.y - product.height - AROUND - 1, self.x + product.width + AROUND, self.y - 1

    @property
    def brackets(self) -> str:
        """The four corners around it, as a path."""
        return brackets(*self.box, BRACKET)

    @property
    def outline(self) -> str:
        """The place itself, as a path."""
        left, top, right, bottom = self.box
        return f"M{left} {top}H{right}V{bottom}H{left}z"


@dataclass(frozen=True)
class Task:
    """One thing to do at the shelf, with the places it is about."""

    number: int
    product: Product
    places: tuple[Place, ...]

    @property
    def count(self) -> int:
        """How many places it is about."""
        return len(self.places)

    @property
    def box(self) -> tuple[int, int, int, int]:
        """The frame around all its places."""
        boxes = [place.box for place in self.places]
        left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
        return left - 2, top - 2, max(box[2] for box in boxes) + 2, max(box[3] for box in boxes) + 1

    @property
    def brackets(self) -> str:
        """The frame around all its places, as a path."""
        return brackets(*self.box, 10)

    @property
    def corner(self) -> str:
        """Where its label hangs: the upper left corner of the frame, as SVG's transform wants it."""
        return f"translate({self.box[0]} {self.box[1]})"

    @property
    def move(self) -> bool:
        """Whether something has to go, rather than to come."""
        return any(place.misplaced for place in self.places)


@dataclass(frozen=True)
class Shelf:
    """All places of the drawing, and what is counted on them."""

    places: tuple[Place, ...]

    @cached_property
    def standing(self) -> list[Place]:
        """Places where something stands: each is one facing."""
        return [place for place in self.places if place.found]

    @cached_property
    def empty(self) -> list[Place]:
        """Places where something should stand and nothing does."""
        return [place for place in self.places if not place.found]

    @cached_property
    def misplaced(self) -> list[Place]:
        """Places where something else stands."""
        return [place for place in self.places if place.misplaced]

    @cached_property
    def as_planned(self) -> list[Place]:
        """Places that are as the plan wants them."""
        return [place for place in self.places if place.found is place.planned]

    @cached_property
    def products(self) -> int:
        """How many different products stand on it."""
        return len({place.found.key for place in self.places if place.found})

    @cached_property
    def chosen(self) -> Task:
        """The product that the drawing points at."""
        places = tuple(place for place in self.standing if place.found is PRODUCTS[CHOSEN])
        return Task(0, PRODUCTS[CHOSEN], places)

    @cached_property
    def strokes(self) -> list[str]:
        """The frames of everything but the chosen product, from left to right."""
        width = WIDTH // STROKES
        return [
            "".join(
                place.brackets
                for place in self.standing
                if place.found is not self.chosen.product and stroke == place.x // width
            )
            for stroke in range(STROKES)
        ]

    @cached_property
    def tasks(self) -> list[Task]:
        """What to do: first what is empty, the largest gap first, then what stands in the wrong place."""
        gaps = [tuple(group) for _key, group in groupby(self.empty, key=lambda place: place.planned.key)]
        gaps.sort(key=len, reverse=True)
        wrong = [(place,) for place in self.misplaced]
        return [Task(number, places[0].product, places) for number, places in enumerate([*gaps, *wrong], start=1)]

    @cached_property
    def share(self) -> int:
        """How much of the used width the reader's own products take, in percent."""
        taken = [(place.product.width, place.product.own) for place in self.standing]
        return round(100 * sum(width for width, own in taken if own) / sum(width for width, _own in taken))

    @cached_property
    def own(self) -> int:
        """How many of the products on it are the reader's own."""
        return len({place.found.key for place in self.places if place.found and place.found.own})

    @property
    def share_of_others(self) -> int:
        """How much of it the others take, in percent."""
        return 100 - self.share

    @cached_property
    def boards(self) -> list[tuple[int, list[int]]]:
        """Each board, with where the labels of its groups hang."""
        return [
            (y, [next(iter(group)).x for _key, group in groupby(row, key=lambda place: place.planned.key)])
            for y, row in ((y, [place for place in self.places if place.y == y]) for y in BOARDS)
        ]


@dataclass(frozen=True)
class Look:
    """One look at one place in one shop on one day; where it is drawn."""

    x: int
    y: int
    there: bool


@dataclass(frozen=True)
class Gap:
    """A time without the product: so many days, and the frame around them."""

    length: int
    brackets: str


@dataclass(frozen=True)
class Week:
    """One product's place in some shops, a row each, on the days of a week."""

    rows: tuple[tuple[Look, ...], ...]

    @cached_property
    def looks(self) -> list[Look]:
        """All of them."""
        return [look for row in self.rows for look in row]

    @property
    def shops(self) -> int:
        """How many shops were looked at."""
        return len(self.rows)

    @cached_property
    def always(self) -> int:
        """In how many shops it stood there every day."""
        return sum(all(look.there for look in row) for row in self.rows)

    @cached_property
    def missing(self) -> int:
        """How often nothing stood there."""
        return sum(not look.there for look in self.looks)

    @cached_property
    def longest(self) -> Gap:
        """The longest time without it."""
        runs = [list(run) for row in self.rows for there, run in groupby(row, key=lambda look: look.there) if not there]
        run = max(runs, key=len)
        return Gap(len(run), brackets(run[0].x - 6, run[0].y - 48, run[-1].x + LOOK_WIDTH + 6, run[0].y + 1, 12))


def brackets(left: int, top: int, right: int, bottom: int, arm: int) -> str:
    """Four corners, as a path."""
    return (
        f"M{left} {top + arm}v-{arm}h{arm}M{right - arm} {top}h{arm}v{arm}"
        f"M{right} {bottom - arm}v{arm}h-{arm}M{left + arm} {bottom}h-{arm}v-{arm}"
    )


def _board(y: int, groups: tuple[tuple[str, tuple[str, ...]], ...]) -> list[Place]:
    """The places of one board; what is left of its width lies between the groups."""
    places: list[Place] = []
    used = sum(_width(planned, found) for planned, found in groups)
    between = (WIDTH - 2 * MARGIN - used) / (len(groups) - 1)
    x = float(MARGIN)
    for planned, found in groups:
        for key in found:
            place = Place(round(x), y, PRODUCTS[planned], PRODUCTS[key] if key else None)
            places.append(place)
            x += place.product.width + BESIDE
        x += between - BESIDE
    return places


def _width(planned: str, found: tuple[str, ...]) -> int:
    return sum(PRODUCTS[key or planned].width for key in found) + BESIDE * (len(found) - 1)


SHELF = Shelf(tuple(place for y, groups in zip(BOARDS, FOUND, strict=True) for place in _board(y, groups)))
SHOPS = Week(
    tuple(
        tuple(Look(78 + 78 * column, 60 + 61 * row, day == "1") for column, day in enumerate(days))
        for row, days in enumerate(WEEK)
    )
)
