"""Everything that was said and done about a request, newest first: messages, notes and events, plainly different."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rights_requests.desk.happenings import AUDITED, DECIDED, LOOKED, MAILED, MOVED, SOME_MAIL
from rights_requests.desk.timeline_rows import PER_PAGE, Cursor, Row, Wanted, rows_of
from rights_requests.models import Evidence, RightsRequest
from rights_requests.models.answers import REASONS
from rights_requests.states import Event
from rights_requests.vocabulary import EvidenceKind, HandStep, IdentityMethod, MessageKind, Outcome

# How an entry looks; what it is stands beside it in words.
SAID_BY_PERSON, SAID_BY_US, NOTE, EVENT, LOOK = "from_person", "to_person", "note", "event", "look"
_LABELS: Mapping[str, Any] = MappingProxyType(
    {
        SAID_BY_PERSON: gettext_lazy("From the person"),
        SAID_BY_US: gettext_lazy("To the person"),
        NOTE: gettext_lazy("Note for colleagues – the person does not see it here"),
        EVENT: gettext_lazy("Event"),
        LOOK: gettext_lazy("Look"),
    }
)
_GRAVE = frozenset({Event.FAIL, Event.REFUSE, Event.PLAN_CHANGED})
_TALK = (MessageKind.FROM_PERSON.value, MessageKind.TO_PERSON.value)
VIEWS: Mapping[str, tuple[Any, Wanted]] = MappingProxyType(
    {
        "": (gettext_lazy("Everything"), Wanted()),
        "messages": (gettext_lazy("Messages"), Wanted(("said",), _TALK)),
        "notes": (gettext_lazy("Notes"), Wanted(("said",), (MessageKind.NOTE.value,))),
        "events": (
            gettext_lazy("Events"),
            Wanted(("moved", "decided", "checked", "sent", "mailed", "noted")),
        ),
        "looks": (gettext_lazy("Who looked"), Wanted(("noted",), events=(LOOKED, "evidence.viewed"))),
    }
)


@dataclass(frozen=True)
class Entry:
    """One entry: `kind` is what it is to the eye, `label` to everybody; `files` are those that go with a message."""

    at: datetime
    kind: str
    title: Any
    who: Any
    text: str = ""
    read_at: datetime | None = None
    grave: bool = False
    files: tuple[Evidence, ...] = ()

    @property
    def label(self) -> Any:
        """What kind of entry it is, in words."""
        return _LABELS[self.kind]

    @property
    def is_new(self) -> bool:
        """Whether the person wrote it and nobody of the team has dealt with it yet."""
        return self.kind == SAID_BY_PERSON and self.read_at is None


@dataclass(frozen=True)
class Tab:
    """One way to narrow the timeline."""

    title: Any
    query: str
    chosen: bool


@dataclass(frozen=True)
class Timeline:
    """A page of entries, the ways to narrow it, and the address of earlier ones ("" where there are none)."""

    entries: tuple[Entry, ...]
    tabs: tuple[Tab, ...]
    earlier: str
    newest: str


def timeline(request: RightsRequest, *, show: str = "", before: str = "") -> Timeline:
    """One page of what `show` names (nothing: all but looks); `before` is where an earlier page ended.

    `request` comes from `gathering.gathered`, so that its files are read already. One query.
    """
    shown = show if show in VIEWS else ""
    cursor = Cursor.read(before)
    found = rows_of(request, VIEWS[shown][1], cursor)
    page, more = found[:PER_PAGE], len(found) > PER_PAGE
    return Timeline(
        entries=tuple(_entry(request, row) for row in page),
        tabs=tuple(Tab(title, urlencode({"show": name}), name == shown) for name, (title, _wanted) in VIEWS.items()),
        earlier=urlencode({"show": shown, "before": str(Cursor(page[-1].at, page[-1].key))}) if more else "",
        newest=urlencode({"show": shown}) if cursor else "",
    )


def _entry(request: RightsRequest, row: Row) -> Entry:
    plain = Entry(row.at, EVENT, "", _who(row), row.text, row.read_at)
    if row.source != "said":
        return replace(plain, **_TOLD_BY[row.source](row))
    files = tuple(file for file in request.evidence.all() if row.key == f"said-{file.message_id}")
    return replace(plain, kind=row.word if row.word in _LABELS else NOTE, files=files)


def _moved(row: Row) -> dict[str, Any]:
    return {"title": MOVED[Event(row.word)], "text": _reason(row.more), "grave": row.word in _GRAVE}


def _decided(row: Row) -> dict[str, Any]:
    return {"title": DECIDED[row.word], "text": "\n".join(part for part in (_reason(row.more), row.text) if part)}


def _checked(row: Row) -> dict[str, Any]:
    told = {"way": IdentityMethod(row.word).label, "outcome": Outcome(row.more).label}
    return {"title": _("Who asks: %(way)s, %(outcome)s") % told}


def _sent(row: Row) -> dict[str, Any]:
    return {"title": _("A file arrived: %(kind)s") % {"kind": EvidenceKind(row.word).label}}


def _mailed(row: Row) -> dict[str, Any]:
    return {"title": MAILED.get(row.word.rpartition("/")[2], SOME_MAIL)}


def _noted(row: Row) -> dict[str, Any]:
    step = str(HandStep(row.more).label) if row.more in HandStep.values else ""
    return {"kind": LOOK if row.word.endswith(".viewed") else EVENT, "title": AUDITED[row.word], "text": step}


_TOLD_BY: Mapping[str, Callable[[Row], dict[str, Any]]] = MappingProxyType(
    {"moved": _moved, "decided": _decided, "checked": _checked, "sent": _sent, "mailed": _mailed, "noted": _noted}
)
_REASONS = dict(REASONS)


def _reason(word: str) -> str:
    """The reason in the words of the law's list; nothing for a word that stands in none."""
    return str(_REASONS.get(word, ""))


def _who(row: Row) -> str:
    """Who it was, for colleagues, who see each other's addresses."""
    if row.by.startswith("staff:"):
        return _("by %(who)s") % {"who": row.who or _("a former colleague")}
    if row.by.startswith("subject:") or row.by == "reporter":
        return _("by the person") if row.by != "reporter" else _("by whoever reported it")
    return _("by itself")
