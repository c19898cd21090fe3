"""Pages of the staff's desk that are no list of rows: each app registers its own, the desk leads to them by group."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import update_wrapper
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

PageView = Callable[..., HttpResponseBase]


class Group(TextChoices):
    """Under which heading of the overview a page stands, in this order."""

    WATCH = "watch", _("Watch")
    REGISTERS = "registers", _("Registers")
    RETENTION = "retention", _("Retention")


@dataclass(frozen=True)
class DeskPage:
    """One page: `path` below the desk with its converters, `name` in the namespace `admin`, who may open it.

    `permission` is "app.codename"; whoever lacks it gets 403 and sees no link; an empty one is for all staff. A page
    without a `title` is reached from another page and stands in no list. `alarm` says in a few words what somebody must
    see to there, or nothing; the overview asks it each time.
    """

    path: str
    name: str
    view: PageView
    permission: str
    group: Group
    title: Any = ""
    says: Any = ""
    alarm: Callable[[], str] | None = None

    def is_open_to(self, user: Any) -> bool:
        """Whether the member of staff may open it."""
        return isinstance(user, PermissionsMixin) and (not self.permission or user.has_perm(self.permission))

    def guarded(self) -> PageView:
        """The view behind the page's permission; raises PermissionDenied before anything is read."""

        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not self.is_open_to(request.user):
                raise PermissionDenied
            return self.view(request, *args, **kwargs)

        return update_wrapper(answer, self.view)


_PAGES: dict[str, DeskPage] = {}


def desk_page(
    path: str,
    *,
    name: str,
    permission: str,
    group: Group,
    title: Any = "",
    says: Any = "",
    alarm: Callable[[], str] | None = None,
) -> Callable[[PageView], PageView]:
    """Register the decorated view as a page of the desk; raises ImproperlyConfigured when the name is taken."""

    def register(view: PageView) -> PageView:
        if name in _PAGES:
            raise ImproperlyConfigured(f"{name} is the name of two pages of the desk")
        _PAGES[name] = DeskPage(path, name, view, permission, group, title, says, alarm)
        return view

    return register


def pages() -> tuple[DeskPage, ...]:
    """Every registered page, in the order in which they were registered."""
    return tuple(_PAGES.values())


def grouped_for(user: Any) -> list[tuple[Any, list[DeskPage]]]:
    """The pages with a title that this member of staff may open, by group; no group is empty."""
    shown = [page for page in pages() if page.title and page.is_open_to(user)]
    found = [(group.label, [page for page in shown if page.group == group]) for group in Group]
    return [(label, members) for label, members in found if members]


def page_answer(
    request: HttpRequest, template: str, context: dict[str, Any], *, title: Any, status: int = 200
) -> TemplateResponse:
    """A page of the desk in the desk's own frame."""
    whole = {**admin.site.each_context(request), "title": title, **context}
    return TemplateResponse(request, template, whole, status=status)
