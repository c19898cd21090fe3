"""What the page of the figures draws: bars by day as plain numbers for an SVG, and lists with a bar for each line."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _

from privacy.charts import Chart, Listed, columns, listed
from visitors.audience.cells import Cell, Counts
from visitors.audience.closing import BETWEEN, DEEPEST, NEW, RETURNING
from visitors.audience.figures import Figures
from visitors.audience.seen import COMPUTER, NONE, OWN, PHONE, TABLET
from visitors.audience.topics import OTHER, TITLES, title_of

# More days than these are told by month.
MOST_DAYS = 62

Titled = Callable[[Any], Any]


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
    highest = ngettext("The highest bar is %(most)s view.", "The highest bar is %(most)s views.", most) % {"most": most}
    words = "YEAR_MONTH_FORMAT" if by_month else "SHORT_DATE_FORMAT"
    return Chart(
        id="days",
        title=_("By month") if by_month else _("By day"),
        columns=columns([(date_format(day, words), views, entries) for day, (views, entries) in groups.items()]),
        of_column=_("Month") if by_month else _("Day"),
        of_whole=_("Views"),
        of_part=_("Entries"),
        key=_("Views"),
        key_part=_("Entries: no page of ours led there"),
        highest=highest,
    )


def lists(found: Figures) -> list[Listed]:
    """Every list of views that has a line."""
    views = (_("Views"), _("Entries"))
    sites = {site: (entries,) for site, (_views, entries) in found.referrers.items() if entries and site != OWN}
    made = (
        listed("topics", _("By topic"), (_("Topic"), *views), _lines(found.topics, TITLES.__getitem__)),
        listed("pages", _("By page"), (_("Page"), *views), _lines(found.routes, title_of)),
        listed("devices", _("By device"), (_("Device"), *views), _lines(found.devices, _device_title)),
        listed("languages", _("By language"), (_("Language"), *views), _lines(found.languages, _language_title)),
        listed("sites", _("Where people come from"), (_("Site"), _("Entries")), _lines(sites, _site_title)),
        listed(
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
        listed("depths", _("New and returning"), (_("Visitor"), _("Pages looked at"), _("Visits")), depths),
        listed("paths", _("How visits begin"), (_("Pages, in order"), _("Visits")), paths),
    )
    return [one for one in made if one.lines]


def _lines(found: Mapping[Any, Counts], titled: Titled) -> list[tuple[tuple[str, ...], Counts]]:
    return [((str(titled(word)),), counts) for word, counts in found.items()]


def _pairs(found: Mapping[Cell, Counts], first: Titled, second: Titled) -> list[tuple[tuple[str, ...], Counts]]:
    return [((str(first(one)), str(second(other))), counts) for (one, other), counts in found.items()]


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
