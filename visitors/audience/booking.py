"""Brings the counts from Valkey into the tables, each once, whoever dies at whichever step."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from visitors.audience.models import (
    AudienceBatch,
    AudienceDaily,
    AudienceDepth,
    AudiencePath,
    AudienceTransition,
)
from visitors.audience.seen import NONE, OWN
from visitors.audience.tally import Batch, Tally, tally
from visitors.audience.topics import OTHER

# So many sites that people come from are named on one day.
MOST_SITES = 200
# So long it is remembered that a batch was counted: longer than any copy of Valkey's file that could bring it back.
BATCH_DAYS = 7

ADD_VIEWS = """
INSERT INTO visitors_audiencedaily AS known (day, closed, route_name, language, device_class, referrer, views, entries)
SELECT %s, false, * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::int[], %s::int[])
ON CONFLICT (day, closed, route_name, language, device_class, referrer)
DO UPDATE SET views = known.views + EXCLUDED.views, entries = known.entries + EXCLUDED.entries
"""
ADD_WAYS = """
INSERT INTO visitors_audiencetransition AS known (day, closed, from_route, to_route, count)
SELECT %s, false, * FROM unnest(%s::text[], %s::text[], %s::int[])
ON CONFLICT (day, closed, from_route, to_route) DO UPDATE SET count = known.count + EXCLUDED.count
"""
ADD_BATCH = "INSERT INTO visitors_audiencebatch (key) VALUES (%s) ON CONFLICT DO NOTHING"
LOCK = "LOCK TABLE visitors_audiencedaily IN SHARE ROW EXCLUSIVE MODE"


def book(counts: Tally = tally) -> int:
    """Count everything that was seen so far; returns how many batches there were.

    Counts are set aside under a key of their own, added together with that key in one transaction, and deleted in
    Valkey. Whoever dies in between leaves a batch that the next one finds: its key says whether it is in the tables.
    Safe at any time and twice at once. Raises redis.RedisError while Valkey is away.
    """
    counts.set_aside()
    done = 0
    for batch in counts.batches():
        booked(batch)
        counts.drop(batch.key)
        done += 1
    return done


@transaction.atomic
def booked(batch: Batch) -> bool:
    """Add a batch to its day; False when it is there already."""
    one_at_a_time()
    with connection.cursor() as cursor:
        cursor.execute(ADD_BATCH, [batch.key])
        is_new = bool(cursor.rowcount)
    if is_new:
        _add_views(batch)
        _add_ways(batch)
    return is_new


def one_at_a_time() -> None:
    """Until the end of the transaction nobody else adds to the days or closes one."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK)


def delete_old() -> int:
    """Delete figures that are too old, and keys of batches; nobody is in them."""
    today, now = timezone.localdate(), timezone.now()
    oldest = today - timedelta(days=settings.AUDIENCE_DAYS)
    done = 0
    for model in (AudienceDaily, AudienceTransition, AudienceDepth, AudiencePath):
        done += model._base_manager.filter(day__lt=oldest).delete()[0]
    done += AudienceBatch.objects.filter(counted_at__lt=now - timedelta(days=BATCH_DAYS)).delete()[0]
    return done


def _add_views(batch: Batch) -> None:
    found: dict[tuple[str, str, str, str], int] = {}
    named = _named(batch)
    for (route, language, device, referrer), count in batch.views.items():
        cell = (route, language, device, referrer if referrer in named else OTHER)
        found[cell] = found.get(cell, 0) + count
    if found:
        columns = [list(words) for words in zip(*found, strict=True)]
        entries = [0 if cell[3] == OWN else count for cell, count in found.items()]
        _run(ADD_VIEWS, batch, *columns, list(found.values()), entries)


def _named(batch: Batch) -> set[str]:
    """The sites that are named on the batch's day: those that are already, then the most frequent ones."""
    known = set(AudienceDaily.objects.filter(day=batch.day).values_list("referrer", flat=True).distinct())
    by_site: dict[str, int] = {}
    for (*_words, referrer), count in batch.views.items():
        by_site[referrer] = by_site.get(referrer, 0) + count
    new = sorted(by_site.keys() - known, key=lambda site: (-by_site[site], site))
    return known | set(new[: max(0, MOST_SITES - len(known))]) | {OWN, NONE, OTHER}


def _add_ways(batch: Batch) -> None:
    if batch.ways:
        ends = (list(words) for words in zip(*batch.ways, strict=True))
        _run(ADD_WAYS, batch, *ends, list(batch.ways.values()))


def _run(sql: str, batch: Batch, *columns: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, [batch.day, *columns])
