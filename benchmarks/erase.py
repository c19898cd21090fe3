"""Figures of erasure: the engine against the DELETEs that one would write by hand, in one transaction each."""

from collections.abc import Callable, Iterator
from uuid import UUID

from django.db import connection, transaction

from benchmarks.app.personal_data import HOLDINGS
from benchmarks.database import person
from benchmarks.figure import Figure, interleaved
from privacy.data_map.erase import BATCH, erase_batch
from privacy.data_map.plan import counts_of
from privacy.data_map.relations import erase_order
from privacy.data_map.subject import Subject

ROUNDS = {1_000: 51, 100_000: 15}
MOST_TIMES_SQL = 1.3


def figures(quick: bool) -> Iterator[Figure]:
    """Time at each size; every run is rolled back, so that the next one finds the same rows."""
    del quick  # both sizes are small
    for size, rounds in ROUNDS.items():
        by_hand, by_engine = _rolled_back(_by_hand(person(size))), _rolled_back(_by_engine(person(size)))
        by_engine(), by_hand()
        limit_s, engine_s = interleaved([by_hand, by_engine], rounds)
        note = f"{rounds} rounds over {len(HOLDINGS)} tables, batches of {BATCH:,}"
        yield Figure(f"erasure, {size:,} rows", engine_s, MOST_TIMES_SQL, limit=limit_s, note=note)


def _by_hand(subject: UUID) -> Callable[[], int]:
    tables = [holding.model()._meta.db_table for holding in HOLDINGS]

    def delete() -> int:
        touched = 0
        with connection.cursor() as cursor:
            for table in tables:
                cursor.execute(f"DELETE FROM {table} WHERE subject_id = %s", [str(subject)])
                touched += cursor.rowcount
        return touched

    return delete


def _by_engine(user_id: UUID) -> Callable[[], int]:
    subject = Subject(user_id=user_id)
    mine = set(HOLDINGS)
    # The plan was made, shown and approved long before the work begins; its counts are at hand.
    expected = counts_of(subject, HOLDINGS)

    def erase() -> int:
        touched = 0
        for holding in (holding for holding in erase_order() if holding in mine):
            count = BATCH
            while count >= BATCH:
                count = erase_batch(holding, subject, expected=expected[holding.slug()])
                touched += count
        return touched

    return erase


def _rolled_back(work: Callable[[], int]) -> Callable[[], None]:
    """The work with its deferred constraints checked, as a commit would, and then taken back."""

    def run() -> None:
        with transaction.atomic():
            touched = work()
            connection.check_constraints()
            transaction.set_rollback(True)
        if not touched:
            raise RuntimeError("nothing was erased: the figure would say nothing")

    return run
