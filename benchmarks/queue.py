"""Figures of the staff's queue: how long its pages take among a thousand and 100,000 requests, and their queries."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.sessions import SessionStore
from benchmarks.figure import Figure, seconds
from privacy.vocabulary import LookReason

FEW, MANY = 1_000, 100_000
ROUNDS = 9
MOST_TIMES = 1.5
MOST_QUERIES = 12.0
# Two of three are open: half of these are nobody's, every ninth waits, every twelfth is late, a hundred need somebody.
# The others are done, in the years before.
FILL = """
INSERT INTO rights_requests_rightsrequest (id, reference, "right", state, subject_user_id, subject_digest,
    requester_role, requester_digest, channel, language, message, ground, purposes, minor, plan, plan_hash,
    refusal_reason, refusal_text, appeal_text, handed_to, country, regime, rule_version, term, received_at, due_at,
    closed_at, assignee_id, alerted)
SELECT gen_random_uuid(), 'OC-' || lpad(n::text, 9, '0'),
    (ARRAY['access', 'erasure', 'rectification', 'portability', 'objection', 'restriction'])[1 + n %% 6],
    CASE WHEN n %% 3 = 0 THEN (ARRAY['completed', 'refused', 'withdrawn'])[1 + n %% 7 %% 3]
         WHEN n %% (%(total)s / 100) = 1 THEN 'needs_attention'
         WHEN n %% 9 = 1 THEN 'waiting' WHEN n %% 5 = 1 THEN 'running' ELSE 'received' END,
    (%(people)s::uuid[])[1 + n %% %(of)s], md5(n::text),
    'self', '', 'portal', '', '', '', '[]', false, '{}', '',
    '', '', '', '', 'FR', 'gdpr-fr', '', '{}'::jsonb,
    now() - (n * 7919 %% 40000) * interval '1 minute',
    now() + CASE WHEN n %% 12 = 1 THEN -1 ELSE 1 END * (n * 6007 %% 40000) * interval '1 minute',
    CASE WHEN n %% 3 = 0 THEN now() - (n * 7919 %% 900000) * interval '1 minute' END,
    CASE WHEN n %% 3 = 2 THEN (%(people)s::uuid[])[1 + n %% 11] END, 0
FROM generate_series(%(start)s + 1, %(total)s) n
"""
# What a member of staff looks at in a day, and what each has to find.
LOOKS = {
    "open requests": "",
    "unassigned, one right": "view=unassigned&right__exact=objection",
    "late": "view=late",
    "done": "view=closed",
    "found by reference": "q=OC-000000500",
    "found by address": "q=queue7@example.org",
    "the tenth page": "p=10",
}


def figures(quick: bool) -> Iterator[Figure]:
    """Processor time of each look at the queue among MANY requests against the same among FEW; and its queries.

    Not the wait: the two sizes cannot be measured in turns, and other work on the machine would be all that it shows.
    """
    del quick  # it is quick
    client, people = _staff()
    _fill(0, FEW, people)
    before = {name: _look(client, query) for name, query in LOOKS.items()}
    _fill(FEW, MANY, people)
    most = 0
    for name, query in LOOKS.items():
        spent, fastest, queries = _look(client, query)
        most = max(most, queries)
        note = f"{queries} queries; fastest wait {fastest * 1000:.0f} ms, among {FEW:,} {before[name][1] * 1000:.0f} ms"
        yield Figure(f"queue of {MANY:,}: {name}", spent, MOST_TIMES, limit=before[name][0], note=note)
    yield Figure("  queries of the page with the most", float(most), MOST_QUERIES, "queries")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM rights_requests_rightsrequest WHERE reference LIKE 'OC-%'")


def _look(client: Client, query: str) -> tuple[float, float, int]:
    """Processor seconds of a page, ours and the database's together; the fastest wait for it; and its queries."""
    address = f"{reverse('admin:rights_requests_rightsrequest_changelist')}?{query}"
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        if client.get(address).status_code != 200:
            raise RuntimeError(f"{address} was not answered")
    queries, before = len(captured), _spent()
    fastest = min(seconds(lambda: client.get(address)) for _round in range(ROUNDS))
    return (_spent() - before) / ROUNDS, fastest, queries


def _spent() -> float:
    """Processor seconds that this process and its one connection to the database have used so far."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    used = Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()
    return time.process_time() + (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")


def _fill(start: int, total: int, people: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(FILL, {"start": start, "total": total, "people": people, "of": len(people)})
        cursor.execute("VACUUM ANALYZE rights_requests_rightsrequest")


def _staff() -> tuple[Client, list[str]]:
    """The browser of a member of staff who signed in with a second step and said what for, and people who ask."""
    people = [get_user_model().objects.create_user(f"queue{number}@example.org", None) for number in range(500)]
    user = get_user_model().objects.create_superuser("chief.of.the.queue@example.org", None)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": ""})
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    client = Client(headers={"host": "localhost"})
    client.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    client.post(reverse("admin:looking"), {"reason": LookReason.REQUESTS})
    return client, [str(person.pk) for person in people]
