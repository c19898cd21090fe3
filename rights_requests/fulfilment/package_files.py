"""The files of sealed packages: names that carry package and fence, and what must not stay where they are kept."""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from uuid import UUID

from django.conf import settings

from privacy import files
from privacy.files import SealedFile
from privacy.models import Job, JobState
from rights_requests.models import Package

_NAME = re.compile(r"(?P<package>[0-9a-f-]{36})\.(?P<fence>\d+)\.(part|sealed)")


def part_path(package_id: UUID, fence: int) -> Path:
    """Where a package is written while it is not finished; the folder is made if it is missing."""
    folder = Path(settings.PACKAGE_DIR)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / f"{package_id}.{fence}.part"


def path_of(package: Package) -> SealedFile:
    """The sealed file of a package, wherever it lies."""
    return files.packages().file(package.file_name)


def send(part: Path, beat: Callable[[], None]) -> None:
    """Carry a finished file to where packages are kept, if that is not this machine; outside any transaction.

    `beat` is called on the way and may raise to stop it. Where the row is never made, the sweep removes what was sent:
    only the database can tell whether it was. Raises privacy.files.Away.
    """
    files.packages().send(part, _final(part), beat)


def publish(part: Path) -> None:
    """Give a finished file its final name, which no other run can have since it carries the fence; survives a crash."""
    files.packages().publish(part, _final(part))


def sweep_leftovers() -> int:
    """Remove every file of this machine that no live package and no running job owns; how many. Safe at any time."""
    folder = Path(settings.PACKAGE_DIR)
    return _sweep(folder.iterdir() if folder.is_dir() else ())


def sweep_elsewhere() -> int:
    """The same where packages are kept in a bucket, with what was only half sent; returns how many. Raises Away."""
    place = files.packages()
    swept = _sweep(found.file for found in place.elsewhere())
    return swept + place.drop_unfinished(lambda name: _wanted([name]) == {name})


def _sweep(there: Iterable[SealedFile]) -> int:
    candidates = {file.name: file for file in there if _NAME.fullmatch(file.name)}
    gone = candidates.keys() - _wanted(candidates) if candidates else set()
    for name in gone:
        candidates[name].unlink(missing_ok=True)
    return len(gone)


def _wanted(names: Iterable[str]) -> set[str]:
    """Those of the names that a live package or a running job owns; a package has its job's id.

    Jobs are looked up before packages: a job that ends in between has left its package by then. And a job whose lease
    lapsed may still go on while nobody else has taken it, so the fence alone says whether a file is its own.
    """
    owners = dict(_owners(names))
    jobs = {job for job, _fence in owners.values()}
    held = set(Job.objects.filter(state=JobState.RUNNING, pk__in=jobs).values_list("pk", "fence"))
    live = set(Package.objects.filter(destroyed_at__isnull=True).values_list("file_name", flat=True))
    return {name for name, owner in owners.items() if name in live or owner in held}


def _owners(names: Iterable[str]) -> Iterator[tuple[str, tuple[UUID, int]]]:
    for name in names:
        if found := _NAME.fullmatch(name):
            yield name, (UUID(found["package"]), int(found["fence"]))


def _final(part: Path) -> str:
    return part.with_suffix(".sealed").name
