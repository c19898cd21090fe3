"""Figures of the access package: time against a bare COPY of the same rows to a file, and memory above idle.

The limit copies whole rows and nothing else; both open a connection of their own and wait until the disk has the file.
The figures speak of ten tables that all hold something. What a person's package costs more because every other
declared table is looked into as well, and found empty, is said beside the first figure.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

from django.db import DEFAULT_DB_ALIAS, connections
from django.utils import timezone

from benchmarks.app.personal_data import HOLDINGS
from benchmarks.database import person
from benchmarks.figure import Figure, interleaved
from privacy.data_map.registry import registry
from privacy.data_map.subject import Subject
from privacy.package.build import PackageInfo, build_package
from privacy.vocabulary import Right

ROUNDS = {1_000: 25, 100_000: 7, 1_000_000: 3}
MOST_TIMES_COPY = 2.5
MOST_MEMORY_MB = 16.0


def figures(quick: bool) -> Iterator[Figure]:
    """Time and memory at each size; `quick` leaves out the largest."""
    for size, rounds in ROUNDS.items():
        if quick and size == max(ROUNDS):
            continue
        with tempfile.TemporaryDirectory() as folder:
            yield _time(size, rounds, Path(folder))
        yield Figure(f"  memory above idle, {size:,} rows", _memory_mb(size), MOST_MEMORY_MB, "MB")


def _time(size: int, rounds: int, folder: Path) -> Figure:
    copy, build = bare_copy(person(size), folder), package(person(size), folder)
    works = [copy, only_measured_tables()(build)]
    if size == min(ROUNDS):
        works.append(build)
    for work in works:
        work()
    copy_s, build_s, *whole_s = interleaved(works, rounds)
    note = f"{rounds} rounds; the rows are {(folder / 'rows.csv').stat().st_size / 1e6:.1f} MB"
    if whole_s:
        others = len(registry.holdings) - len(HOLDINGS)
        note += f"; with {others} more tables, all found empty: {whole_s[0] * 1000:.1f} ms"
    return Figure(f"access package, {size:,} rows", build_s, MOST_TIMES_COPY, limit=copy_s, note=note)


@contextmanager
def only_measured_tables() -> Iterator[None]:
    """The data map as if the project were the ten tables and nothing else."""
    everything = dict(registry.holdings)
    registry.holdings = {holding.model_label.lower(): holding for holding in HOLDINGS}
    try:
        yield
    finally:
        registry.holdings = everything


def bare_copy(subject: UUID, folder: Path) -> Callable[[], None]:
    """COPY of the same rows, whole, into one file, and nothing else."""
    statements = [
        f"COPY (SELECT * FROM {holding.model()._meta.db_table} WHERE subject_id = '{subject}')"
        " TO STDOUT (FORMAT csv, HEADER true)"
        for holding in HOLDINGS
    ]

    def copy() -> None:
        connection = connections[DEFAULT_DB_ALIAS].copy()
        connection.ensure_connection()
        with (folder / "rows.csv").open("wb") as file, connection.connection.cursor() as cursor:
            for statement in statements:
                cursor.copy_expert(statement, file)
            file.flush()
            os.fsync(file.fileno())
        connection.close()

    return copy


def package(subject: UUID, folder: Path) -> Callable[[], None]:
    """The whole package, as a worker builds it."""

    def build() -> None:
        path = folder / f"{uuid4()}.1.part"
        about = PackageInfo("BENCH-MARK", Right.ACCESS, timezone.now(), "en")
        build_package(subject=Subject(user_id=subject), path_part=path, about=about, now=timezone.now())
        path.unlink()

    return build


def _memory_mb(size: int) -> float:
    """The peak above idle of a process that has just started and builds one package, in MB."""
    command = [sys.executable, "-m", "benchmarks.memory", str(size)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return float(json.loads(done.stdout)["above_idle_mb"])
