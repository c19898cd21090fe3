"""Figures of the access package: time against a bare COPY of the same rows to a file, and memory above idle."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID, uuid4

from django.db import DEFAULT_DB_ALIAS, connections
from django.utils import timezone

from benchmarks.app.personal_data import HOLDINGS
from benchmarks.database import person
from benchmarks.figure import Figure, interleaved
from privacy.data_map.subject import Subject
from privacy.package.build import PackageInfo, build_package
from privacy.vocabulary import Right

ROUNDS = {1_000: 15, 100_000: 5, 1_000_000: 3}
MOST_TIMES_COPY = 2.5
MOST_MEMORY_MB = 16.0


def figures(quick: bool) -> Iterator[Figure]:
    """Time and memory at each size; `quick` leaves out the largest."""
    for size, rounds in ROUNDS.items():
        if quick and size == max(ROUNDS):
            continue
        with tempfile.TemporaryDirectory() as folder:
            limit, package = _bare_copy(person(size), Path(folder)), _package(person(size), Path(folder))
            package(), limit()
            limit_s, package_s = interleaved([limit, package], rounds)
            written = (Path(folder) / "rows.csv").stat().st_size / 1e6
        note = f"{rounds} rounds; bare COPY writes {written:.1f} MB"
        yield Figure(f"access package, {size:,} rows", package_s, MOST_TIMES_COPY, limit=limit_s, note=note)
        yield Figure(f"  memory above idle, {size:,} rows", _memory_mb(size), MOST_MEMORY_MB, "MB")


def _bare_copy(subject: UUID, folder: Path) -> Callable[[], None]:
    """COPY of the same rows, whole, into one file, on a connection of its own, and nothing else."""
    tables = [holding.model()._meta.db_table for holding in HOLDINGS]
    statements = [
        f"COPY (SELECT * FROM {table} WHERE subject_id = '{subject}') TO STDOUT (FORMAT csv, HEADER true)"
        for table in tables
    ]

    def copy() -> None:
        connection = connections[DEFAULT_DB_ALIAS].copy()
        connection.ensure_connection()
        with (folder / "rows.csv").open("wb") as file, connection.connection.cursor() as cursor:
            for statement in statements:
                cursor.copy_expert(statement, file)
        connection.close()

    return copy


def _package(subject: UUID, folder: Path) -> Callable[[], None]:
    def build() -> None:
        path = folder / f"{uuid4()}.1.part"
        about = PackageInfo("BENCH-MARK", Right.ACCESS, timezone.now(), "en")
        build_package(subject=Subject(user_id=subject), path_part=path, about=about, now=timezone.now())
        path.unlink()

    return build


def _memory_mb(size: int) -> float:
    """The peak above idle of a process that has just started and builds one package, in MB."""
    command = [sys.executable, "-m", "benchmarks.memory", str(size)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(json.loads(done.stdout)["above_idle_mb"])
