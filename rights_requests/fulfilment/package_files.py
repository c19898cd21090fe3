"""The folder of sealed packages: names that carry package and fence, and what must not stay there."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from django.conf import settings

from privacy.models import Job, JobState
from rights_requests.models import Package

_NAME = re.compile(r"(?P<package>[0-9a-f-]{36})\.(?P<fence>\d+)\.(part|sealed)")


def part_path(package_id: UUID, fence: int) -> Path:
    """Where a package is written while it is not finished; the folder is made if it is missing."""
    folder = Path(settings.PACKAGE_DIR)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / f"{package_id}.{fence}.part"


def path_of(package: Package) -> Path:
    """Where the sealed file of a package lies."""
    return Path(settings.PACKAGE_DIR) / package.file_name


def publish(part: Path) -> Path:
    """Give a finished file its final name, which no other run can have since it carries the fence; survives a crash."""
    final = part.with_suffix(".sealed")
    part.rename(final)
    folder = os.open(final.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return final


def sweep_leftovers() -> int:
    """Remove every file that no live package and no running job owns; returns how many. Safe to run at any time.

    Jobs are looked up before packages: a job that ends in between has left its package by then. And a job whose lease
    lapsed may still go on while nobody else has taken it, so the fence alone says whether a file is its own.
    """
    candidates = list(_files())
    if not candidates:
        return 0
    jobs = [job for _path, job, _fence in candidates]
    held = set(Job.objects.filter(state=JobState.RUNNING, pk__in=jobs).values_list("pk", "fence"))
    live = set(Package.objects.filter(destroyed_at__isnull=True).values_list("file_name", flat=True))
    gone = [path for path, job, fence in candidates if path.name not in live and (job, fence) not in held]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def _files() -> Iterator[tuple[Path, UUID, int]]:
    """Every file of ours with the job (a package has its job's id) and the fence that made it."""
    folder = Path(settings.PACKAGE_DIR)
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        if found := _NAME.fullmatch(path.name):
            yield path, UUID(found["package"]), int(found["fence"])
