"""Two addresses for those who operate the site: whether the process answers, and whether the whole can do its work."""

import shutil
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from threading import Lock

import redis
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_safe

from occicor import backups
from privacy import attention, clock, heartbeats
from privacy.files import sound
from privacy.jobs.chore_runs import standings
from privacy.ledger import gate
from visitors.well_known import REMIND_DAYS, security_txt_days

OK = "ok"
# Without these no request can be accepted, or none would ever be worked off.
NEEDED = ("database", "migrations", "ledger", "scheduler")
# With less than this left on a disk that we write to, somebody has to make room before work stops.
LOW_BYTES = 500_000_000
# What the bucket said counts for so long.
STORE_SECONDS = 5


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while this process answers at all; looks at nothing else."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Each part with its state. 503 when requests cannot be accepted or would never be worked off.

    So it is while database and ledger disagree and personal areas are closed (privacy.ledger). Without broker or worker
    the scheduler works straight from the database: slower, so "degraded", but 200. So it is too while packages cannot
    be kept, a job or a message waits for a person, a chore no longer runs, a disk is nearly full, the last backup
    failed or is old, and when security.txt soon expires: somebody has to look whether it still holds.
    """
    checks = report()
    needed = all(checks[name] == OK for name in NEEDED)
    complete = all(state == OK for state in checks.values())
    status = "ready" if complete else "degraded" if needed else "not ready"
    return JsonResponse({"status": status, "checks": checks}, status=200 if needed else 503)


def report() -> dict[str, str]:
    """The state of each part in one or two words; never raises because a part is away."""
    return {
        "database": _asked(_database),
        "migrations": _asked(_migrations),
        "ledger": _asked(lambda: gate.standing().value),
        "broker": _broker(),
        "worker": _asked(lambda: _seen(heartbeats.WORKER)),
        "scheduler": _asked(lambda: _seen(heartbeats.SCHEDULER)),
        "chores": _asked(_chores),
        "jobs_needing_staff": _asked(lambda: _none(attention.jobs_needing_staff())),
        "failed_mail": _asked(lambda: _none(attention.failed_mail())),
        "package_store": STORE.state(),
        "disk": _disk(),
        "backup": _backup(),
        "security_txt": _good_for(security_txt_days()),
    }


def _asked(check: Callable[[], str]) -> str:
    try:
        return check()
    except (DatabaseError, InterfaceError):
        connection.close()
        return "no answer"


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return OK


@cache
def _shipped() -> frozenset[tuple[str, str]]:
    """The migrations of this release."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return frozenset(loader.disk_migrations or ())


def _migrations() -> str:
    missing = _shipped() - set(MigrationRecorder(connection).applied_migrations())
    return f"{len(missing)} missing" if missing else OK


def _broker() -> str:
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, retry=None)
    try:
        return OK if client.ping() else "no answer"
    except (redis.RedisError, OSError):
        return "no answer"
    finally:
        client.close()


def _chores() -> str:
    """What the scheduler repeats and no longer does; whatever has not had its first turn yet is no reason to look."""
    ill = [one for one in standings(now=clock.now()) if one.run is not None and not one.well]
    return f"{len(ill)} do not run as they should" if ill else OK


class Store:
    """How the place of packages is; a bucket is asked by one at a time, and what it said counts for some seconds.

    So many who look at once, while its server is away, cannot hold all threads of a web server.
    """

    def __init__(self) -> None:
        self._asking = Lock()
        self._said, self._until = OK, 0.0

    def state(self) -> str:
        """As it is, or as it was a few seconds ago while somebody else asks. Raises nothing."""
        if time.monotonic() >= self._until and self._asking.acquire(blocking=False):
            try:
                self._said = sound.standing() or OK
                self._until = time.monotonic() + (STORE_SECONDS if sound.in_use() else 0.0)
            finally:
                self._asking.release()
        return self._said


STORE = Store()


def _backup() -> str:
    try:
        found = backups.newest()
    except (OSError, ValueError) as error:
        return f"cannot be read: {type(error).__name__}"
    return OK if found is None else found.state(timezone.now()) or OK


def _disk() -> str:
    """Where packages, files and ledger are written."""
    free = min((shutil.disk_usage(folder).free for folder in _folders() if folder.exists()), default=LOW_BYTES)
    return OK if free >= LOW_BYTES else f"{free // 1_000_000} MB left"


def _folders() -> tuple[Path, ...]:
    return (settings.VAR_DIR, settings.PACKAGE_DIR, settings.EVIDENCE_DIR, settings.LEDGER_DIR)


def _none(count: int) -> str:
    return str(count) if count else OK


def _good_for(days: int) -> str:
    if days > REMIND_DAYS:
        return OK
    return f"expires in {days} days" if days > 0 else "expired"


def _seen(part: str) -> str:
    age = heartbeats.seconds_since(part)
    if age is None:
        return "never seen"
    return OK if age <= heartbeats.MOST_SECONDS[part] else f"last seen {age:.0f} s ago"


urlpatterns: list[URLPattern] = [path("healthz", healthz, name="healthz"), path("readyz", readyz, name="readyz")]
