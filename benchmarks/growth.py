"""Figures of growth: what erasing and restricting one person costs when the tables are ten times as large."""

from collections.abc import Callable, Iterator
from statistics import median
from uuid import UUID, uuid5

from django.db import connection, transaction

from benchmarks.app.models import MODELS
from benchmarks.app.personal_data import HOLDINGS
from benchmarks.database import SPACE, fill_spread
from benchmarks.figure import Figure, interleaved, seconds
from privacy import restriction
from privacy.actors import SYSTEM
from privacy.data_map.erase import erase_batch
from privacy.data_map.subject import Subject
from privacy.vocabulary import StopGround

SIZES, QUICK_SIZES = (1_000_000, 10_000_000), (100_000, 1_000_000)
# So many rows has the person, each on a page of its own, at both sizes: rows that lie together would hide the search.
ROWS = 1_000
ROUNDS = 31
IMPOSED, WARM = 101, 20
MOST_TIMES = 2.0
PERSON = uuid5(SPACE, "growth")

STOPS = """
INSERT INTO privacy_processingstop (id, subject_digest, kind, ground, purpose, since)
SELECT -n, md5('a' || n) || md5('b' || n), 'objection', 'marketing', 'promotional_messages', now()
FROM generate_series(%s, %s) n
"""
DIGESTS = """
INSERT INTO privacy_stoppeddigest (stop_id, digest)
SELECT -n, md5(half || n) || md5(n || half)
FROM generate_series(%s, %s) n, unnest(ARRAY['a', 'b']) half
"""


def figures(quick: bool) -> Iterator[Figure]:
    """Erasure in turns over both sizes; restriction first at the smaller size, then at the larger."""
    small, large = QUICK_SIZES if quick else SIZES
    for model, size in zip(MODELS, (small, large), strict=False):
        fill_spread(model, size, PERSON, ROWS)
    erase_small, erase_large = (_erasing(HOLDINGS[number]) for number in (0, 1))
    erase_small(), erase_large()
    limit, measured = interleaved([erase_small, erase_large], ROUNDS)
    note = f"{ROWS:,} rows of one person, one a page, among {large:,} against {small:,}"
    yield Figure(f"erasure at {large:,} rows", measured, MOST_TIMES, limit=limit, note=note)
    limit, measured = (_restricting(size) for size in (small, large))
    note = f"{IMPOSED} restrictions, each gate asked before and after"
    yield Figure(f"restriction at {large:,} stops' digests", measured, MOST_TIMES, limit=limit, note=note)


def _erasing(holding: object) -> Callable[[], None]:
    subject = Subject(user_id=PERSON)

    def erase() -> None:
        with transaction.atomic():
            touched = erase_batch(holding, subject, expected=ROWS)  # type: ignore[arg-type]
            transaction.set_rollback(True)
        if touched != ROWS:
            raise RuntimeError("not every row was found: the figure would say nothing")

    return erase


def _restricting(size: int) -> float:
    """The median time of one restriction, in seconds, once the table holds so many digests of others."""
    _fill_stops(size)
    for number in range(WARM):
        _restrict(uuid5(SPACE, f"warm {size} {number}"))()
    return median([seconds(_restrict(uuid5(SPACE, f"restricted {size} {number}"))) for number in range(IMPOSED)])


def _restrict(user_id: UUID) -> Callable[[], None]:
    subject = Subject(user_id=user_id, emails=frozenset({f"{user_id.hex}@example.org"}))

    def impose() -> None:
        with transaction.atomic():
            before = restriction.stops_of(subject)
            names = {"subject_digest": subject.digest, "digests": subject.digests()}
            restriction.impose(actor=SYSTEM, ground=StopGround.ACCURACY, **names)  # type: ignore[arg-type]
            after = restriction.stops_of(subject)
            transaction.set_rollback(True)
        if (len(before), len(after)) != (0, 1):
            raise RuntimeError("the restriction was not in force: the figure would say nothing")

    return impose


def _fill_stops(size: int) -> None:
    """Fill up to so many digests, two a stop; triggers and foreign keys have nothing to say about such rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) / 2 FROM privacy_stoppeddigest")
        bounds = [cursor.fetchone()[0] + 1, size // 2]
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(STOPS, bounds)
        cursor.execute(DIGESTS, bounds)
        cursor.execute("RESET session_replication_role")
        cursor.execute("VACUUM ANALYZE privacy_processingstop, privacy_stoppeddigest")
