"""The rows of the timeline: every source in one statement, each cut to a page before they are put together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db import connection
from django.utils.dateparse import parse_datetime

from rights_requests.desk.gathering import REQUEST
from rights_requests.desk.happenings import AUDITED, LOOKED
from rights_requests.models import Evidence, Package, RightsRequest
from rights_requests.vocabulary import MessageKind

PER_PAGE = 20
_LONGEST_KEY = 60
# Each gives: at, key (unique, in the order within an instant), word, by (the actor's label), text, more, read_at.
_BRANCHES: Mapping[str, str] = MappingProxyType(
    {
        "said": """
SELECT sent_at AS at, 'said-' || id::text AS key, kind AS word, author AS by, text, '' AS more, read_at
FROM rights_requests_message WHERE request_id = %(request)s AND kind = ANY(%(kinds)s)""",
        "moved": """
SELECT occurred_at AS at, 'moved-' || lpad(id::text, 20, '0') AS key, event AS word, actor AS by, '' AS text,
    reason AS more, NULL::timestamptz AS read_at
FROM rights_requests_transition WHERE request_id = %(request)s""",
        "decided": """
SELECT decided_at AS at, 'decided-' || id::text AS key, kind AS word,
    coalesce('staff:' || decided_by_id::text, '') AS by, text, reason AS more, NULL::timestamptz AS read_at
FROM rights_requests_decision WHERE request_id = %(request)s""",
        "checked": """
SELECT coalesce(decided_at, asked_at) AS at, 'checked-' || id::text AS key, method AS word,
    coalesce('staff:' || coalesce(decided_by_id, asked_by_id)::text, '') AS by, doubt AS text, outcome AS more,
    NULL::timestamptz AS read_at
FROM rights_requests_identitycheck WHERE request_id = %(request)s""",
        "sent": """
SELECT uploaded_at AS at, 'sent-' || id::text AS key, kind AS word, uploaded_by AS by, '' AS text, '' AS more,
    NULL::timestamptz AS read_at
FROM rights_requests_evidence WHERE request_id = %(request)s AND message_id IS NULL""",
        "mailed": """
SELECT queued_at AS at, 'mailed-' || lpad(id::text, 20, '0') AS key, template AS word, 'system' AS by, '' AS text,
    '' AS more, NULL::timestamptz AS read_at
FROM privacy_sentmessage WHERE about = %(request)s""",
        "noted": """
SELECT occurred_at AS at, 'noted-' || lpad(seq::text, 20, '0') AS key, event AS word, actor AS by, '' AS text,
    coalesce(data ->> 'step', '') AS more, NULL::timestamptz AS read_at
FROM privacy_auditentry
WHERE (object_type, object_id) IN (SELECT * FROM unnest(%(types)s::text[], %(ids)s::text[]))
    AND event = ANY(%(events)s)""",
    }
)
_CUT = """
(SELECT at, key COLLATE "C" AS key, word, by, text, more, read_at FROM ({branch}) AS one
WHERE (at, key COLLATE "C") < (%(at)s, %(key)s) ORDER BY at DESC, key COLLATE "C" DESC LIMIT %(most)s)"""
# Who acted, by the primary key in the label: looked up for the rows of the page alone.
_WHOLE = """
SELECT page.*, CASE WHEN by LIKE 'staff:%%' THEN coalesce(
    (SELECT {email} FROM {users} WHERE id = substr(page.by, 7)::uuid), '') ELSE '' END AS who
FROM (SELECT * FROM ({branches}) AS every ORDER BY at DESC, key DESC LIMIT %(most)s) AS page
ORDER BY at DESC, key DESC"""
_AFTER_EVERYTHING = datetime(9999, 1, 1, tzinfo=UTC)


class Row(NamedTuple):
    """One row of the timeline, as it was written."""

    at: datetime
    key: str
    word: str
    by: str
    text: str
    more: str
    read_at: datetime | None
    who: str

    @property
    def source(self) -> str:
        """Which of the sources it comes from."""
        return self.key.partition("-")[0]


@dataclass(frozen=True)
class Wanted:
    """What a page shows: of which sources, which kinds of messages, and which events of the audit."""

    sources: tuple[str, ...] = tuple(_BRANCHES)
    kinds: tuple[str, ...] = tuple(MessageKind.values)
    events: tuple[str, ...] = tuple(event for event in AUDITED if event != LOOKED)


@dataclass(frozen=True)
class Cursor:
    """Below which row a page begins."""

    at: datetime
    key: str

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.key}"

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """The cursor that an address names; None for anything that is none, which is the first page."""
        at, _sign, key = text.partition("~")
        try:
            instant = parse_datetime(at)
        except ValueError:
            return None
        plain = len(key) <= _LONGEST_KEY and key.isascii() and key.isprintable()
        return cls(instant, key) if instant and instant.tzinfo and plain else None


def rows_of(request: RightsRequest, wanted: Wanted, cursor: Cursor | None) -> list[Row]:
    """The rows of a page and one more, newest first; one statement."""
    users = get_user_model()._meta
    quote = connection.ops.quote_name
    whole = _WHOLE.format(
        branches=" UNION ALL ".join(_CUT.format(branch=_BRANCHES[name]) for name in wanted.sources),
        users=quote(users.db_table),
        email=quote(users.get_field("email").column),
    )
    things = list(_things(request))
    told: Mapping[str, Any] = {
        "request": str(request.pk),
        "kinds": list(wanted.kinds),
        "events": list(wanted.events),
        "types": [kind for kind, _number in things],
        "ids": [number for _kind, number in things],
        "at": cursor.at if cursor else _AFTER_EVERYTHING,
        "key": cursor.key if cursor else "",
        "most": PER_PAGE + 1,
    }
    with connection.cursor() as database:
        database.execute(whole, told)
        return [Row(*found) for found in database.fetchall()]


def _things(request: RightsRequest) -> Iterable[tuple[str, str]]:
    """What of a request the audit names: itself, its files, its package."""
    yield REQUEST, str(request.pk)
    yield from ((Evidence._meta.label_lower, str(file.pk)) for file in request.evidence.all())
    package = getattr(request, "package", None)
    if package is not None:
        yield Package._meta.label_lower, str(package.pk)
