"""The keyboard of the desk: one table, from which the list of shortcuts is made and the script takes what to do."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from rights_requests.services import saving

_ON = "desk_single_keys"


class Where(TextChoices):
    """On which pages a shortcut works."""

    ANYWHERE = "anywhere", _("On every page")
    QUEUE = "queue", _("In a list")
    WORKSPACE = "workspace", _("On the page of a request")


@dataclass(frozen=True)
class Key:
    """One shortcut: what is pressed, one after the other, and what that does.

    `does` is a word of the script (static/js/desk.js); one that begins with "admin:" is a page to go to. Without it the
    key presses whatever carries it as `data-key` on the page.
    """

    press: tuple[str, ...]
    says: Any
    where: Where
    does: str = ""

    @property
    def target(self) -> str:
        """The name of the page it goes to; empty for any other."""
        return self.does if self.does.startswith("admin:") else ""

    @property
    def act(self) -> str:
        """What the script does, in a word of its own."""
        return "go" if self.target else self.does or "hook"


KEYS = (
    Key(("?",), _("Show this list"), Where.ANYWHERE, "list"),
    Key(("/",), _("Search"), Where.ANYWHERE, "search"),
    Key(("g", "q"), _("Go to the queue"), Where.ANYWHERE, "admin:rights_requests_rightsrequest_changelist"),
    Key(("g", "o"), _("Go to the overview"), Where.ANYWHERE, "admin:index"),
    Key(("j",), _("Next row"), Where.QUEUE, "next"),
    Key(("k",), _("Previous row"), Where.QUEUE, "previous"),
    Key(("o",), _("Open the row"), Where.QUEUE, "open"),
    Key(("x",), _("Choose the row, or not"), Where.QUEUE, "tick"),
    Key(("a",), _("Assign to me"), Where.WORKSPACE),
    Key(("m",), _("Write to the person"), Where.WORKSPACE),
    Key(("n",), _("Note for colleagues"), Where.WORKSPACE),
    Key(("e",), _("Take the longer term"), Where.WORKSPACE),
    Key(("p",), _("Plan or content of the copy"), Where.WORKSPACE),
    Key(("t",), _("What happened"), Where.WORKSPACE),
    Key(("r",), _("Refuse the request"), Where.WORKSPACE),
)


def by_place() -> list[tuple[Any, list[Key]]]:
    """The shortcuts under the headings of their pages."""
    return [(where.label, [key for key in KEYS if key.where == where]) for where in Where]


def remember(session: SessionBase, *, on: bool) -> None:
    """Let the session know what was chosen, so that no page has to ask for it."""
    session[_ON] = on


def are_on(session: SessionBase, user_id: UUID) -> bool:
    """Whether single keys are shortcuts for this member of staff; asked of the database once a session."""
    if _ON not in session:
        remember(session, on=saving.uses_single_keys(user_id))
    return bool(session[_ON])
