"""What the pages of an import show: the lists of a Customer, one of them in each state, and its lines with errors."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from accounts.attributes import in_words
from accounts.imports import applying
from accounts.imports.headings import REPORT_LINE, REPORT_WHY
from accounts.imports.sentences import sentence
from accounts.imports.vocabulary import OVER, STRAYS, ImportState, Verdict
from accounts.models import EnrolmentImport, ImportRow
from privacy.spreadsheets import guarded

FIRST_ROWS = 5
ERRORS_ON_A_PAGE = 25
LISTS_SHOWN = 20
BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True)
class Shown:
    """One import as its page shows it."""

    found: EnrolmentImport
    first_rows: Sequence[tuple[ImportRow, list[tuple[str, str]]]]
    errors: Page[Any]
    is_open: bool
    is_stuck: bool

    @property
    def people(self) -> int:
        """How many people the import enrols or changes."""
        return self.found.new + self.found.changed

    @property
    def goes_at(self) -> Any:
        """When what was staged is deleted at the latest."""
        return self.found.made_at + timedelta(hours=settings.IMPORT_HOURS)

    @property
    def was_guessed(self) -> bool:
        """Whether the file did not say how its letters are written, so that some may be wrong."""
        return self.found.encoding in {"cp1252", "latin-1"}

    @property
    def separator(self) -> str:
        """The separator in words."""
        return {",": _("comma"), ";": _("semicolon"), "\t": _("tab")}.get(self.found.separator, self.found.separator)

    @property
    def encoding(self) -> str:
        """The encoding by the name under which spreadsheets offer it."""
        known = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}
        return known.get(self.found.encoding, "Latin-1")


@dataclass(frozen=True)
class Wrong:
    """A line that is not taken: its number, what it begins with, and why."""

    line: int
    begins: str
    why: str


def imports_of(customer_id: int) -> list[EnrolmentImport]:
    """The newest lists of a Customer; no person of theirs is named in one."""
    return list(EnrolmentImport.objects.filter(customer=customer_id).order_by("-made_at")[:LISTS_SHOWN])


def import_of(customer_id: int, import_id: UUID) -> EnrolmentImport:
    """One list of a Customer; raises EnrolmentImport.DoesNotExist for another's."""
    return EnrolmentImport.objects.get(pk=import_id, customer=customer_id)


def shown(found: EnrolmentImport, page: str = "") -> Shown:
    """An import with its first rows, and one page of the lines that are not taken."""
    rows = ImportRow.objects.filter(source=found)
    first = rows.filter(verdict__in=(Verdict.NEW, Verdict.CHANGED)).order_by("line")[:FIRST_ROWS]
    pages: Page[Any] = Paginator(rows.filter(verdict=Verdict.REFUSED).order_by("line"), ERRORS_ON_A_PAGE).get_page(page)
    pages.object_list = [wrong(row) for row in pages.object_list]
    waits = found.state == ImportState.CHECKED
    is_open = not waits and found.state not in OVER
    first_rows = [(row, in_words(row.facts)) for row in first] if waits else []
    return Shown(found, first_rows, pages, is_open, is_open and applying.is_stuck(found.pk))


def wrong(row: ImportRow) -> Wrong:
    """Why a line is not taken, in the language of the page."""
    begins = ", ".join(filter(None, (row.nickname.strip(), row.work_email)))
    return Wrong(row.line, begins[:80], sentence(row.reason, about=row.about, line=row.other_line))


def report(found: EnrolmentImport) -> Iterator[str]:
    """The lines that are not taken as a CSV that can be corrected and sent again, bit by bit.

    In the language of the page, which is no longer active when a server asks for the later bits.
    """
    language = get_language() or settings.LANGUAGE_CODE
    return _spoken(_report(found), language)


def _spoken(lines: Iterator[str], language: str) -> Iterator[str]:
    while True:
        with override(language):
            line = next(lines, None)
        if line is None:
            return
        yield line


def _report(found: EnrolmentImport) -> Iterator[str]:
    yield BYTE_ORDER_MARK + _line([REPORT_LINE, REPORT_WHY, _("first name"), _("work e-mail"), *found.facts])
    rows = ImportRow.objects.filter(source=found, verdict=Verdict.REFUSED).order_by("line")
    for row in rows.iterator(chunk_size=500):
        # What stood over no column stands so again, and is refused again until somebody says what it is.
        strays = row.facts.pop(STRAYS, [])
        facts = dict(in_words(row.facts))
        cells = [row.nickname, row.work_email, *(facts.get(name, "") for name in found.facts), *strays]
        yield _line([str(row.line), wrong(row).why, *map(guarded, cells)])


def example() -> str:
    """A small file to begin from, with the names of the columns in the language of the page."""
    lines = (
        (_("first name"), _("work e-mail"), _("store"), _("team")),
        ("Lina", "lina@example.com", "Lyon 3", _("fresh products")),
        ("Tarek", "tarek@example.com", "Lyon 3", ""),
    )
    return BYTE_ORDER_MARK + "".join(map(_line, lines))


def _line(cells: Sequence[str]) -> str:
    text = StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue()
