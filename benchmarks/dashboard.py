"""Figure of the desk's overview: among a million requests it tells what is late and how long answers took, at once."""

import json
from collections.abc import Iterator
from statistics import median
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from django.db import connection
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
        FROM generate_series(1, %(requests)s) n
    ) numbered
) made
"""


def figures(quick: bool) -> Iterator[Figure]:
    """The median time of the sections of requests, warm; and the same among a tenth, which should not differ much."""
    few = _measured(FEW)
    if quick:
        yield Figure(f"the overview of {FEW:,} requests", few, MOST_SECONDS)
        return
    many = _measured(REQUESTS, shown=True)
    yield Figure(f"the overview of {REQUESTS:,} requests", many, MOST_SECONDS)
    yield Figure("the same among a tenth of them", many, 10.0, limit=few)


def _measured(requests: int, *, shown: bool = False) -> float:
    with connection.cursor() as cursor:
        term = json.dumps(term_for(received_at=clock.now(), country="FR", right=Right.ACCESS).as_json())
        cursor.execute(FILL, {"requests": requests, "term": term})
    answer_counts.fold()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE rights_requests_rightsrequest")
        cursor.execute("VACUUM ANALYZE rights_requests_answercount")
    times = [seconds(_look) for _ in range(ROUNDS)]
    if shown:
        print("\n".join(plans()))
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE rights_requests_rightsrequest, rights_requests_answercount CASCADE")
    return median(times[1:])


def _look() -> None:
    staff: Any = SimpleNamespace(pk=uuid4())
    dashboard.open_section(staff)
    if dashboard.answered_section(staff) is None:
        raise RuntimeError("nothing was answered")


def plans() -> Iterator[str]:
    """What PostgreSQL does for each query of the sections, line by line."""
    with CaptureQueriesContext(connection) as captured:
        _look()
    for query in captured.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {query['sql']}".replace("%", "%%"))
            yield from (row[0] for row in cursor.fetchall())
        yield ""
