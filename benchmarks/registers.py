"""Figures of the register of requests: how long an export of many takes, and how far memory rises meanwhile."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from tempfile import TemporaryFile
from uuid import uuid4
from zipfile import ZIP_DEFLATED, ZipFile

from django.db import connection

from benchmarks.figure import Figure, seconds
from privacy.actors import Actor
from rights_requests.requests_register import Asked, query
from rights_requests.services.handing_out import hand_out

REQUESTS = 100_000
YEAR = Asked(date(2025, 1, 1), date(2025, 12, 31))
MOST_TIMES = 8
MOST_MB = 24.0

FILL = """
INSERT INTO rights_requests_rightsrequest (id, reference, "right", state, subject_digest, requester_role,
    requester_digest, channel, language, message, ground, purposes, minor, plan, plan_hash, refusal_reason,
    refusal_text, appeal_text, handed_to, country, regime, rule_version, term, received_at, due_at, closed_at, alerted)
SELECT gen_random_uuid(), 'B-' || n, (ARRAY['access', 'erasure', 'objection'])[n %% 3 + 1], 'completed', md5(n::text),
    'self', '', 'portal', '', '', '', '[]', false, '{}', '', '',
    '', '', '', 'FR', 'gdpr-fr', '', '{}',
    timestamptz '2025-01-02' + n * interval '5 minutes', timestamptz '2025-02-02' + n * interval '5 minutes',
    timestamptz '2025-01-12' + n * interval '5 minutes', 0
FROM generate_series(1, %(requests)s) n
"""


def figures(quick: bool) -> Iterator[Figure]:
    """Lines in words, counts and signature against a bare COPY of the same query into an archive."""
    del quick  # it is quick
    with connection.cursor() as cursor:
        cursor.execute(FILL, {"requests": REQUESTS})
        cursor.execute("VACUUM ANALYZE rights_requests_rightsrequest")
    actor = Actor.staff(uuid4())
    ours = min(seconds(lambda: export(actor)) for _ in range(3))
    bare = min(seconds(_bare) for _ in range(3))
    yield Figure(f"register of {REQUESTS:,} requests for an authority", ours, MOST_TIMES, limit=bare)
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.registers_memory", str(actor.user_id)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    yield Figure("its memory above idle", float(json.loads(done.stdout)["above_idle_mb"]), MOST_MB, unit="MB")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM rights_requests_rightsrequest WHERE reference LIKE 'B-%'")


def export(actor: Actor) -> None:
    """The whole year as the desk hands it out."""
    with (handed := hand_out(actor=actor, asked=YEAR)).file:
        if handed.document["totals"]["whole"]["rows"] < REQUESTS:
            raise RuntimeError("the export is not whole")


def _bare() -> None:
    """What PostgreSQL alone needs for the same rows, packed as well."""
    with connection.cursor() as cursor, TemporaryFile() as file, ZipFile(file, "w", ZIP_DEFLATED) as archive:
        bound = cursor.cursor.mogrify(*query(YEAR)).decode()
        with archive.open("rows.csv", "w") as sheet:
            cursor.copy_expert(f"COPY ({bound}) TO STDOUT (FORMAT csv)", sheet)
