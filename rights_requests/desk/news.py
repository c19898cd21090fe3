"""Whether a page of the workspace is out of date: what others did to the request since it was shown."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from privacy.staff import names_of
from rights_requests.desk import gathering
from rights_requests.desk.act import Staff
from rights_requests.desk.happenings import words_of
from rights_requests.errors import RequestError
from rights_requests.models import RightsRequest

_STAFF, _PERSON = "staff:", "subject:"
MOST = 5


@dataclass(frozen=True)
class News:
    """One thing that somebody else did meanwhile."""

    at: datetime
    what: Any
    who: str


class OutOfDate(RequestError):
    """The page on which the act was chosen does not show what others did since; nothing was done."""

    def __init__(self, news: tuple[News, ...]) -> None:
        self.news = news
        super().__init__(
            _("Somebody was quicker: read what happened since you opened this page. Nothing of yours was done yet.")
        )


def since(request: RightsRequest, user: Staff, seen: str) -> tuple[News, ...]:
    """What colleagues and the person did to the request since its page was shown with the number `seen`, newest first.

    What the machine does by itself is left out: the table of states answers for that. Nothing for a text that is no
    number, as whoever comes without the page's form has none. The numbers of the audit are given in the order of
    commits, so none is missed.
    """
    if not seen.isdecimal() or len(seen) > len(str(2**62)):
        return ()
    entries = gathering.entries_about(str(request.pk)).filter(seq__gt=int(seen)).order_by("-seq")
    others = entries.exclude(actor=f"{_STAFF}{user.pk}").exclude(actor="system")[:MOST]
    found = list(others)
    ids = {UUID(entry.actor.removeprefix(_STAFF)) for entry in found if entry.actor.startswith(_STAFF)}
    names = names_of(ids) if ids else {}
    return tuple(News(entry.occurred_at, words_of(entry.event), _who(entry.actor, names)) for entry in found)


def _who(actor: str, names: dict[UUID, str]) -> str:
    if actor.startswith(_STAFF):
        return names.get(UUID(actor.removeprefix(_STAFF)), _("a former colleague"))
    return _("the person") if actor.startswith(_PERSON) else _("somebody else")
