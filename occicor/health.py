"""Two addresses for those who operate the site: whether the process answers, and whether the whole can do its work."""

from collections.abc import Callable
from functools import cache

import redis
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from privacy import attention, heartbeats
from privacy.ledger import gate
from visitors.well_known import REMIND_DAYS, security_txt_days

OK = "ok"


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while this process answers at all; looks at nothing else."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Each part with its state. 503 when requests cannot be accepted or would never be worked off.

    So it is while database and ledger disagree and personal areas are closed (privacy.ledger). Without broker or worker
    the scheduler works straight from the database: slower, so "degraded", but 200. So it is too while a job or a
    message waits for a person, and when security.txt soon expires: somebody has to look whether it still holds.
    """
    checks = report()
    needed = all(checks[name] == OK for name in ("database", "migrations", "ledger", "scheduler"))
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
        "jobs_needing_staff": _asked(lambda: _none(attention.jobs_needing_staff())),
        "failed_mail": _asked(lambda: _none(attention.failed_mail())),
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
