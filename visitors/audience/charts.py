"""What the page of the figures draws: bars by day as plain numbers for an SVG, and lists with a bar for each line."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from visitors.audience.cells import Cell, Counts
from visitors.audience.closing import BETWEEN, DEEPEST, NEW, RETURNING
from visitors.audience.figures import Figures
from visitors.audience.seen import COMPUTER, NONE, OWN, PHONE, TABLET
from visitors.audience.topics import OTHER, TITLES, title_of

# More days than these are told by month.
MOST_DAYS = 62
# So many lines of a list are shown; more say little.
MOST_LINES = 30
HEIGHT = 100
STEP, WIDE, NARROW = 10, 8, 4

Titled = Callable[[Any], Any]


@dataclass(frozen=True)
class Column:
    """One day or month of the chart, in units of its SVG."""

    label: str
    views: int
    entries: int
    x: int
    x_entries: int
    height: int
    height_entries: int

    @property
    def y(self) -> int:
        """Where the bar of the views begins."""
        return HEIGHT - self.height

    @property
    def y_entries(self) -> int:
        """Where the bar of the entries begins."""
        return HEIGHT - self.height_entries


@dataclass(frozen=True)
class Chart:
    """The columns, with what the picture says in words."""

    columns: tuple[Column, ...]
    most: int
    by_month: bool

    @property
    def width(self) -> int:
        """Of the SVG."""
        return STEP * len(self.columns)

    @property
    def ends(self) -> tuple[str, str]:
        """What the first and the last column stand for."""
        return self.columns[0].label, self.columns[-1].label


@dataclass(frozen=True)
class Line:
    """A line of a list: what it is about, its counts, and the length of its bar in hundredths of the longest."""

    words: tuple[str, ...]
    counts: Counts
    share: int


@dataclass(frozen=True)
class Listed:
    """A list with a bar for each line; `left_out` lines are not shown."""

    id: str
    title: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    left_out: int

    @property
    def words(self) -> int:
        """How many columns are words; the others are counts."""
        return len(self.lines[0].words)


def chart(found: Figures) -> Chart:
    """Views and entries of each day of the period, or of each month where there are many days."""
    by_month = len(list(found.period.days())) > MOST_DAYS
    groups: dict[date, Counts] = {}
    for day in found.period.days():
        views, entries = found.days.get(day, (0, 0))
        first = day.replace(day=1) if by_month else day
        known = groups.get(first, (0, 0))
        groups[first] = (known[0] + views, known[1] + entries)
    most = max((views for views, _entries in groups.values()), default=0)
    words = "YEAR_MONTH_FORMAT" if by_month else "SHORT_DATE_FORMAT"
    columns = (
        Column(
            label=date_format(day, words),
            views=views,
            entries=entries,
            x=STEP * place + (STEP - WIDE) // 2,
            x_entries=STEP * place + (STEP - NARROW) // 2,
            height=_share(views, most),
            height_entries=_share(entries, most),
        )
        for place, (day, (views, entries)) in enumerate(groups.items())
    )
    return Chart(tuple(columns), most, by_month)


def lists(found: Figures) -> list[Listed]:
    """Every list of views that has a line."""
    views = (_("Views"), _("Entries"))
    sites = {site: (entries,) for site, (_views, entries) in found.referrers.items() if entries and site != OWN}
    made = (
        _listed("topics", _("By topic"), (_("Topic"), *views), _lines(found.topics, TITLES.__getitem__)),
        _listed("pages", _("By page"), (_("Page"), *views), _lines(found.routes, title_of)),
        _listed("devices", _("By device"), (_("Device"), *views), _lines(found.devices, _device_title)),
        _listed("languages", _("By language"), (_("Language"), *views), _lines(found.languages, _language_title)),
        _listed("sites", _("Where people come from"), (_("Site"), _("Entries")), _lines(sites, _site_title)),
        _listed(
            "ways",
            _("From page to page"),
            (_("From page"), _("To page"), _("Times")),
            _pairs(found.ways, title_of, title_of),
        ),
    )
    return [one for one in made if one.lines]


def visit_lists(found: Figures) -> list[Listed]:
    """The lists about visits of those who agreed to be known again."""
    depths = _pairs(found.depths, _kind_title, _depth_title)
    paths = _lines({path: counts for (path,), counts in found.paths.items()}, _path_title)
    made = (
        _listed("depths", _("New and returning"), (_("Visitor"), _("Pages looked at"), _("Visits")), depths),
        _listed("paths", _("How visits begin"), (_("Pages, in order"), _("Visits")), paths),
    )
    return [one for one in made if one.lines]


def _listed(name: str, title: str, columns: tuple[str, ...], lines: list[tuple[tuple[str, ...], Counts]]) -> Listed:
    """The longest lines, the largest first."""
    ordered = sorted(lines, key=lambda line: (-line[1][0], line[0]))
    most = ordered[0][1][0] if ordered else 0
    shown = tuple(Line(words, counts, _share(counts[0], most)) for words, counts in ordered[:MOST_LINES])
    return Listed(name, title, columns, shown, len(ordered) - len(shown))


def _lines(found: Mapping[Any, Counts], titled: Titled) -> list[tuple[tuple[str, ...], Counts]]:
    return [((str(titled(word)),), counts) for word, counts in found.items()]


def _pairs(found: Mapping[Cell, Counts], first: Titled, second: Titled) -> list[tuple[tuple[str, ...], Counts]]:
    return [((str(first(one)), str(second(other))), counts) for (one, other), counts in found.items()]


def _share(count: int, most: int) -> int:
    """A length in hundredths of the longest; what is not nothing can be seen."""
    return max(1, round(HEIGHT * count / most)) if count else 0


def _device_title(word: str) -> str:
    return {PHONE: _("Telephones"), TABLET: _("Tablets"), COMPUTER: _("Computers")}.get(word, _("Other devices"))


def _language_title(word: str) -> str:
    return _("Other languages") if word == OTHER else capfirst(get_language_info(word)["name_local"])


def _site_title(word: str) -> str:
    return {NONE: _("No site was named"), OTHER: _("Other sites")}.get(word, word)


def _kind_title(word: str) -> str:
    return {NEW: _("New"), RETURNING: _("Came back")}.get(word, _("New or came back"))


def _depth_title(word: str) -> str:
    return _("Any number") if word == OTHER else word.replace("-", "–").replace(DEEPEST, _("6 or more"))


def _path_title(word: str) -> str:
    return _("Other ways") if word == OTHER else " › ".join(str(title_of(route)) for route in word.split(BETWEEN))
