"""Every query of the queue's pages finds its requests by an index, however many there are; shown by their plans."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.rights_requests.desk import QUEUE, browser, make_colleague

pytestmark = pytest.mark.django_db
TABLE = "rights_requests_rightsrequest"
LIST = f'SELECT "{TABLE}"."id", "{TABLE}"."reference"'
# Six thousand requests as in benchmarks/queue.py: a third done, the others in every state, some late.
FILL = """
INSERT INTO rights_requests_rightsrequest (id, reference, "right", state, subject_digest, requester_role,
    requester_digest, channel, language, message, ground, purposes, minor, plan, plan_hash, refusal_reason,
    refusal_text, appeal_text, handed_to, country, regime, rule_version, term, received_at, due_at, closed_at,
    assignee_id, alerted)
SELECT gen_random_uuid(), 'OC-' || lpad(n::text, 9, '0'),
    (ARRAY['access', 'erasure', 'rectification', 'portability', 'objection', 'restriction'])[1 + n %% 6],
    CASE WHEN n %% 3 = 0 THEN 'completed' WHEN n %% 500 = 1 THEN 'needs_attention' WHEN n %% 9 = 1 THEN 'waiting'
         WHEN n %% 5 = 1 THEN 'running' ELSE 'received' END,
    md5(n::text), 'self', '', 'portal', '', '', '', '[]', false, '{}', '', '',
    '', '', '', 'FR', 'gdpr-fr', '', '{}'::jsonb, now() - (n * 7919 %% 40000) * interval '1 minute',
    now() + CASE WHEN n %% 50 = 1 THEN -1 ELSE 1 END * (n * 6007 %% 40000) * interval '1 minute',
    CASE WHEN n %% 3 = 0 THEN now() - n * interval '1 minute' END, CASE WHEN n %% 3 = 2 THEN %(me)s::uuid END, 0
FROM generate_series(1, 6000) n
"""
# What is looked at, and how the plan names the index by which the page is read; nothing where any of a few may serve.
LOOKS = {
    "": "open_in_turn on",
    "view=mine": "open_in_turn_by_assignee",
    "view=unassigned": "open_in_turn_of_nobody",
    "view=late": "open_in_turn on",
    "view=waiting": "open_in_turn_by_state",
    "view=messages": "",
    "view=recipients": "",
    "view=attention": "attention_in_turn",
    "view=closed": "closed_by_day",
    "view=closed&right__exact=access": "closed_by_",
    "view=unassigned&right__exact=erasure": "",
    "o=7": "open_by_age",
    "q=OC-0000005": "",
    "q=ada@example.org": "",
    "q=March": "",
}


@pytest.fixture
def desk() -> Client:
    """A desk with six thousand requests."""
    me = make_colleague()
    with connection.cursor() as cursor:
        cursor.execute(FILL, {"me": me.pk})
        cursor.execute(f"ANALYZE {TABLE}")
    return browser(me)


def plans(desk: Client, look: str) -> Iterator[tuple[str, str]]:
    """Each query about requests that the page asks, with its plan once reading whole tables and sorting are dear."""
    with CaptureQueriesContext(connection) as captured:
        assert desk.get(f"{reverse(QUEUE)}?{look}").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off")
        for query in captured:
            if TABLE in query["sql"]:
                cursor.execute(f"EXPLAIN {query['sql']}")
                yield query["sql"], "\n".join(line for (line,) in cursor.fetchall())


def test_no_page_of_the_queue_reads_the_whole_table_or_sorts_it(desk: Client) -> None:
    for look, index in LOOKS.items():
        found = dict(plans(desk, look))
        assert len(found) == 3, look
        for sql, plan in found.items():
            assert f"Seq Scan on {TABLE}" not in plan, f"{look}\n{plan}"
            if sql.startswith(LIST) and index:
                assert f"using {index}" in plan, f"{look}\n{plan}"


def test_without_its_index_a_tab_would_read_the_whole_table(desk: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX closed_by_day")
        cursor.execute("DROP INDEX closed_by_right")
        cursor.execute("DROP INDEX request_queue")
    assert any("Disabled: true" in plan or f"Seq Scan on {TABLE}" in plan for _sql, plan in plans(desk, "view=closed"))
