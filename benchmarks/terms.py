"""Figure of the sweeper of terms: among many open requests it finds those whose next stage is reached."""

import json
from collections.abc import Iterator
from statistics import median

from django.db import connection, transaction

from benchmarks.figure import Figure, seconds
from privacy import clock
from privacy.vocabulary import Right
from rights_requests.deadlines import term_for
from rights_requests.services import reminding

OPEN = 100_000
DUE = 100
ROUNDS = 21
MOST_SECONDS = 0.05

# Each has a term as the services keep it; the stage of every thousandth is reached, those of the others come later.
FILL = """
INSERT INTO rights_requests_rightsrequest (id, reference, "right", state, subject_digest, requester_role,
    requester_digest, channel, language, message, ground, purposes, minor, plan, plan_hash, refusal_reason,
    refusal_text, appeal_text, handed_to, country, regime, rule_version, term, received_at, due_at, alert_at, alerted)
SELECT gen_random_uuid(), 'B-' || n, 'access', 'received', md5(n::text), 'self',
    '', 'portal', '', '', '', '[]', false, '{}', '', '',
    '', '', '', 'FR', 'gdpr-fr', '', %(term)s::jsonb,
    now(), now() + interval '30 days',
    now() + CASE WHEN n %% %(each)s = 0 THEN -1 ELSE 1 END * interval '1 minute' * n, 0
FROM generate_series(1, %(open)s) n
"""


def figures(quick: bool) -> Iterator[Figure]:
    """The median time to find and lock what is due; nobody is written to, so that each round finds the same."""
    del quick  # it is quick
    with connection.cursor() as cursor:
        term = json.dumps(term_for(received_at=clock.now(), country="FR", right=Right.ACCESS).as_json())
        cursor.execute(FILL, {"open": OPEN, "each": OPEN // DUE, "term": term})
        cursor.execute("VACUUM ANALYZE rights_requests_rightsrequest")
    times = [seconds(_find) for _ in range(ROUNDS)]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM rights_requests_rightsrequest WHERE reference LIKE 'B-%'")
    note = f"{DUE} due, slowest {max(times[1:]) * 1000:.1f} ms"
    yield Figure(f"what is due among {OPEN:,} open requests", median(times[1:]), MOST_SECONDS, note=note)


def _find() -> None:
    with transaction.atomic():
        found = list(reminding.due(clock.now())[: reminding.AT_ONCE])
        if len(found) != DUE:
            raise RuntimeError(f"{len(found)} requests were found instead of {DUE}")
        transaction.set_rollback(True)
