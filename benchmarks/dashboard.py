"""Figure of the desk's overview: among a million requests it tells what is late and how long answers took, at once."""

import json
import sys
from collections.abc import Iterator
from http import HTTPStatus
from statistics import median
from time import perf_counter
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.figure import Figure, seconds
from privacy import clock
from privacy.vocabulary import Right
from rights_requests import answer_counts
from rights_requests.deadlines import term_for
from rights_requests.desk import dashboard

REQUESTS, FEW = 1_000_000, 100_000
ROUNDS = 11
MOST_SECONDS = 0.3
OFFICER, OVERVIEW = "officer@example.org", "/admin/"

# Four years of requests, most of them about a copy and under the law of France, one in fifty still open; each answered
# after one to thirty days, one in twenty too late, one in fifteen refused.
FILL = """
INSERT INTO rights_requests_rightsrequest (id, reference, "right", state, subject_digest, requester_role,
    requester_digest, channel, language, message, ground, purposes, minor, plan, plan_hash, refusal_reason,
    refusal_text, appeal_text, handed_to, country, regime, rule_version, term, received_at, due_at, closed_at, alerted)
SELECT gen_random_uuid(), 'B-' || n, r, s, md5(n::text), 'self',
    '', 'portal', '', '', '', '[]', false, '{}', '', '',
    '', '', '', 'FR', (ARRAY['gdpr-fr','gdpr-fr','gdpr-fr','gdpr-fr','gdpr-de','uk','us-ca','sa'])[1 + hash %% 8],
    '', %(term)s::jsonb, received, received + interval '30 days',
    CASE WHEN s IN ('completed', 'refused', 'withdrawn')
        THEN received + (1 + hash %% 29 + CASE WHEN n %% 20 = 0 THEN 25 ELSE 0 END) * interval '1 day' END, 0
FROM (
    SELECT n, hash, received,
        (ARRAY['access','access','access','erasure','erasure','rectification','restriction','portability','objection'])
            [1 + hash %% 9] AS r,
        CASE WHEN n %% 50 = 0 THEN (ARRAY['received','received','waiting','prepared','running'])[1 + hash %% 5]
            WHEN n %% 15 = 0 THEN 'refused' WHEN n %% 37 = 0 THEN 'withdrawn' ELSE 'completed' END AS s
    FROM (
        SELECT n, abs(hashint4(n)) AS hash,
            now() - CASE WHEN n %% 50 = 0 THEN (abs(hashint4(n)) %% 33) * interval '1 day'
                ELSE (60 + abs(hashint4(n)) %% 1400) * interval '1 day' END AS received
        FROM generate_series(%(first)s, %(last)s) n
    ) numbered
) made
"""

# The same figures from the requests themselves, in one round trip.
COUNT = """
SELECT "right", regime, percentile_disc(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY closed_at - received_at),
    count(*) FILTER (WHERE closed_at > due_at)
FROM rights_requests_rightsrequest
WHERE state IN ('completed', 'refused') AND closed_at > now() - interval '1 year' GROUP BY 1, 2
"""


def figures(quick: bool) -> Iterator[Figure]:
    """The median time of the whole page with every section, warm, and of the page of the promises.

    What is filled stays: nothing else is measured after it.
    """
    _fill(1, FEW)
    few = _page(f"the overview of {FEW:,} requests", OVERVIEW)
    yield few
    if quick:
        return
    _fill(FEW + 1, REQUESTS)
    many = _page(f"the overview of {REQUESTS:,} requests", OVERVIEW)
    yield many
    yield Figure("the same, of what it takes beside a tenth of them", many.measured, 3.0, limit=few.measured)
    yield _page(f"the promises beside {REQUESTS:,} requests", "/admin/promises/")
    print("\n".join(plans()), file=sys.stderr)
    alone = median([seconds(_sections) for _ in range(ROUNDS)][1:])
    yield Figure("their figures, of what a look at every request takes", alone, 0.25, limit=median(_counted()))


def _fill(first: int, last: int) -> None:
    with connection.cursor() as cursor:
        term = json.dumps(term_for(received_at=clock.now(), country="FR", right=Right.ACCESS).as_json())
        cursor.execute(FILL, {"first": first, "last": last, "term": term})
        began = perf_counter()
        rows = answer_counts.fold()
        print(f"{rows:,} counts put together in {perf_counter() - began:.2f} s", file=sys.stderr)
        cursor.execute("VACUUM ANALYZE rights_requests_rightsrequest")
        cursor.execute("VACUUM ANALYZE rights_requests_answercount")


def _page(name: str, path: str) -> Figure:
    """The median time of a page as an officer's browser is answered, warm; the quickest is told beside it."""
    browser = _officer()
    times = [seconds(lambda: _look(browser, path)) for _ in range(ROUNDS)][1:]
    return Figure(name, median(times), MOST_SECONDS, note=f"quickest {min(times) * 1000:.0f} ms")


def _counted() -> list[float]:
    """How long it takes to count and sort the requests themselves, as it would have to be without the counts."""
    with connection.cursor() as cursor:
        return [seconds(lambda: cursor.execute(COUNT)) for _ in range(3)]


def _look(browser: Client, path: str) -> None:
    answer = browser.get(path)
    if answer.status_code != HTTPStatus.OK or (path == OVERVIEW and b'id="chart-answered"' not in answer.content):
        raise RuntimeError(f"{path} is not whole: {answer.status_code}")


def _sections() -> None:
    staff: Any = SimpleNamespace(pk=uuid4())
    dashboard.open_section(staff)
    dashboard.answered_section(staff)


def _officer() -> Client:
    """The browser of somebody who sees every section, with the second step that the desk asks for."""
    users = get_user_model()._default_manager
    user = users.filter(email=OFFICER).first() or users.create(
        email=OFFICER, username=OFFICER, is_staff=True, is_superuser=True
    )
    Authenticator.objects.get_or_create(
        user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": "sealed"}}
    )
    browser = Client(headers={"host": "localhost"})
    browser.force_login(user)
    return browser


def plans() -> Iterator[str]:
    """What PostgreSQL does for each query of the sections, line by line."""
    with CaptureQueriesContext(connection) as captured:
        _sections()
    for query in captured.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {query['sql']}".replace("%", "%%"))
            yield from (row[0] for row in cursor.fetchall())
        yield ""
