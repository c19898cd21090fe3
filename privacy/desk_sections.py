"""The sections of the desk's overview: each app registers what it can tell, and to whom; they are shown in order.

A section is filled by a function that is given the member of staff and answers with a `Content`, or None where there is
nothing to tell. It asks few questions of the database (all sections together at most twenty) and names no data subject:
whoever looks at the overview has looked at nobody's data.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ImproperlyConfigured

from privacy.charts import Chart, Listed


@dataclass(frozen=True)
class Figure:
    """A number with what it counts; `alarming` where it should be nought and is not, or too old."""

    value: Any
    title: Any
    url: str = ""
    alarming: bool = False

    @property
    def is_words(self) -> bool:
        """Whether it is said and not counted, as "38 minutes ago", and needs more room than a number."""
        return isinstance(self.value, str) and len(self.value) > 1


@dataclass(frozen=True)
class Cell:
    """What stands in a place of a table: words, a link, or a pill of this kind (see components/pill.html)."""

    text: Any
    url: str = ""
    pill: str = ""


@dataclass(frozen=True)
class Table:
    """Rows of cells under their headings; `folded` tables are opened by whoever wants them. `id` is one of its own."""

    id: str
    title: Any
    columns: Sequence[Any]
    rows: Sequence[Sequence[Cell]]
    folded: bool = False

    @property
    def labelled(self) -> list[list[tuple[Any, Cell]]]:
        """The rows with the heading of each cell, which a phone shows beside it."""
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class Content:
    """What a section shows, in this order; `note` says how it was counted, or that there is nothing."""

    figures: Sequence[Figure] = ()
    tables: Sequence[Table] = ()
    chart: Chart | None = None
    lists: Sequence[Listed] = ()
    note: Any = ""


Fill = Callable[[Any], Content | None]


@dataclass(frozen=True)
class Section:
    """One section: sections stand in the order of `order`; `permission` is "app.codename".

    Its title differs from those of the groups of pages and of the lists beside it: each is a landmark of the page.
    """

    name: str
    title: Any
    order: int
    permission: str
    fill: Fill


_SECTIONS: dict[str, Section] = {}


def desk_section(name: str, *, title: Any, order: int, permission: str) -> Callable[[Fill], Fill]:
    """Register the decorated function as a section; raises ImproperlyConfigured when the name is taken."""

    def register(fill: Fill) -> Fill:
        if name in _SECTIONS:
            raise ImproperlyConfigured(f"{name} is the name of two sections of the overview")
        _SECTIONS[name] = Section(name, title, order, permission, fill)
        return fill

    return register


def sections_for(user: Any) -> list[tuple[Section, Content]]:
    """The sections that this member of staff may see and that have something to tell, in their order."""
    if not isinstance(user, PermissionsMixin):
        return []
    allowed = [section for section in _SECTIONS.values() if user.has_perm(section.permission)]
    filled = [(section, section.fill(user)) for section in sorted(allowed, key=lambda one: one.order)]
    return [(section, content) for section, content in filled if content is not None]
