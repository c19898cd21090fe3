"""Which pages are counted, and to which group of pages each belongs; what has no topic here is never counted."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from visitors.mine.sections import SECTIONS
from visitors.site_pages import BY_VIEW, PAGES, Section

OTHER = "other"


class Topic(Enum):
    """A group of pages, for the figures by subject."""

    COMPANY = "company"
    SOLUTIONS = "solutions"
    DATA = "data"
    REQUESTS = "requests"
    ACCOUNT = "account"
    SITE = "site"
    OTHER = OTHER


TITLES: Mapping[Topic, Promise] = {
    Topic.COMPANY: _("The company"),
    Topic.SOLUTIONS: _("Solutions"),
    Topic.DATA: _("Privacy centre and policy"),
    Topic.REQUESTS: _("Requests"),
    Topic.ACCOUNT: _("Accounts"),
    Topic.SITE: _("This site"),
    Topic.OTHER: _("Other pages"),
}
_OF_SECTION = {
    Section.COMPANY: Topic.COMPANY,
    Section.SOLUTIONS: Topic.SOLUTIONS,
    Section.DATA: Topic.DATA,
    Section.CENTRE: Topic.DATA,
    Section.SITE: Topic.SITE,
}
# Pages that are not in the site map, with their headings where those are always the same: of everybody, and of one.
_PUBLIC: Mapping[str, tuple[Topic, Any]] = {
    "visitors:policy_version": (Topic.DATA, ""),
    "visitors:policy_compare": (Topic.DATA, ""),
}
_PERSONAL: Mapping[str, tuple[Topic, Any]] = {
    "visitors:mine": (Topic.DATA, _("Your data in one place")),
    "visitors:mine_held": (Topic.DATA, _("What we hold about you")),
    **{f"visitors:mine_{section.name}": (Topic.DATA, section.title) for section in SECTIONS},
    "visitors:contact_sent": (Topic.COMPANY, _("We have your message")),
    "visitors:newsletter_sent": (Topic.COMPANY, _("Look into your mailbox")),
    "visitors:newsletter_confirm": (Topic.COMPANY, _("Do you want our messages?")),
    "visitors:newsletter_end": (Topic.COMPANY, _("End these messages?")),
    "visitors:newsletter_choices": (Topic.COMPANY, _("Your choices")),
}
_BESIDE = {**_PUBLIC, **_PERSONAL}
# The rest by how the name begins: apps of which every page has the same topic.
_BEGINNINGS = (
    ("rights_requests:", Topic.REQUESTS),
    ("consent:", Topic.DATA),
    ("accounts:", Topic.ACCOUNT),
    ("account_", Topic.ACCOUNT),
    ("mfa_", Topic.ACCOUNT),
    ("usersessions_", Topic.ACCOUNT),
)
_IN_THE_TABLE = {page.view: _OF_SECTION[page.section] for page in PAGES if not page.view.startswith("rights_requests:")}


def topic_of(route: str) -> Topic | None:
    """The topic of a route by its name; None for what is not counted: admin, outbox, files, what nobody listed."""
    if route in _BESIDE:
        return _BESIDE[route][0]
    known = _IN_THE_TABLE.get(route)
    return known or next((topic for beginning, topic in _BEGINNINGS if route.startswith(beginning)), None)


def is_public(route: str) -> bool:
    """Whether the page is the same for everybody: no other is ever written down of a single visit."""
    return route in _IN_THE_TABLE or route in _PUBLIC


def title_of(route: str) -> Any:
    """What staff read for a route: what leads to the page, or its heading; where it has neither, its name."""
    if route == OTHER:
        return _("Other pages")
    page = BY_VIEW.get(route)
    return page.menu if page else _BESIDE.get(route, (None, ""))[1] or route
