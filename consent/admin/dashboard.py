"""What the desk's overview tells of choices about cookies: how many a day, and yes or no by purpose; nobody in it."""

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from consent import figures
from consent.figures import Choices
from consent.vocabulary import PurposeCode
from privacy.charts import Chart, Line, Listed, columns, share
from privacy.desk_sections import Content, desk_section
from privacy.small_counts import SMALLEST, drawn, told

DAYS = 30


@desk_section("consent", title=gettext_lazy("Choices about cookies"), order=50, permission="consent.view_proofseal")
def consent_section(_user: Any) -> Content:
    """The choices of the last thirty sealed days; one query."""
    found = figures.choices(DAYS)
    if not found.days:
        return Content(note=_("No choice was made yet, or its day is not over: days are counted once they are sealed."))
    few = {"last": date_format(found.days[-1][0], "SHORT_DATE_FORMAT"), "few": SMALLEST}
    return Content(
        chart=_chart(found),
        lists=[_purposes(found)] if found.purposes else [],
        note=_("Counted until %(last)s, the last day that is sealed. What is fewer than %(few)d is not told.") % few,
    )


def _chart(found: Choices) -> Chart:
    points = [(date_format(day, "SHORT_DATE_FORMAT"), drawn(count), 0) for day, count in found.days]
    most = max(whole for _label, whole, _part in points)
    return Chart(
        id="choices",
        title=_("Choices by day"),
        columns=columns(points, [told(count) for _day, count in found.days]),
        of_column=_("Day"),
        of_whole=_("Choices"),
        of_part="",
        key=_("Choices"),
        key_part="",
        highest=ngettext("The highest bar is %(most)d choice.", "The highest bar is %(most)d choices.", most)
        % {"most": most},
    )


def _purposes(found: Choices) -> Listed:
    most = max(given for given, _refused in found.purposes.values())
    lines = tuple(
        Line((_title(code),), (told(given), told(refused)), share(drawn(given), most))
        for code, (given, refused) in found.purposes.items()
    )
    heads = (_("Purpose"), _("Accepted"), _("Refused"))
    return Listed("purposes", _("By purpose"), heads, lines)


def _title(code: str) -> str:
    """The purpose in words; one that staff added goes by its code."""
    return str(PurposeCode(code).label) if code in PurposeCode.values else code
