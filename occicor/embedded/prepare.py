"""The part of a start that needs Django, in one process of its own: tables, files, demo accounts, policy, a task.

It talks with the supervisor by lines: says `prepared` after the first half, reads `go` when the worker runs, and ends
with two lines: `worker answered`, `worker silent` or `broker silent`; then `open`, or why the site is closed.
"""

import secrets
import sys
import time

import django
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError

from occicor.embedded import valkey

BROKER_SECONDS = 20.0
WORKER_SECONDS = 60.0


def prepare() -> None:
    """Bring the database to the present schema, gather files, make demo accounts, publish a policy; repeatable."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("sync_roles", verbosity=0, stdout=sys.stderr)
    if settings.DEMO_ACCOUNTS:
        call_command("demo_data", verbosity=0, stdout=sys.stderr)
        call_command("demo_mailings", verbosity=0)
        if settings.DEMO_REQUESTS:
            call_command("demo_requests", verbosity=0)
    call_command("sync_catalogue", first=True, verbosity=0)
    # After whoever fills the registers, so that the first version says what stands there.
    call_command("publish_first_policy", verbosity=0)


def round_trip() -> str:
    """Send a real task until a worker has answered in the database; the verdict for the supervisor."""
    from privacy import dispatch, heartbeats  # noqa: PLC0415 - needs django.setup() first

    began = time.monotonic()
    broker = False
    while time.monotonic() - began < (WORKER_SECONDS if broker else BROKER_SECONDS):
        broker = broker or valkey.answers(settings.REDIS_URL)
        sent = time.monotonic()
        if broker and dispatch.ping(secrets.token_hex(8)):
            while time.monotonic() - sent < 4:
                age = heartbeats.seconds_since("worker")
                if age is not None and age < time.monotonic() - sent:
                    return "worker answered"
                time.sleep(0.1)
        else:
            time.sleep(0.5)
    return "worker silent" if broker else "broker silent"


def closed() -> str:
    """Why personal areas are closed and nobody works, in a sentence; empty while they are open."""
    from privacy import ledger  # noqa: PLC0415 - needs django.setup() first

    return ledger.closed()


def main() -> int:
    """Both halves; the exit status is 1 when the first cannot be done, with the reason on the error output."""
    django.setup()
    try:
        prepare()
    except OperationalError as error:
        print(f"The database does not answer: {str(error).splitlines()[0]}", file=sys.stderr)
        return 1
    print("prepared", flush=True)
    if sys.stdin.readline().strip() == "go":
        print(round_trip(), flush=True)
        print(closed() or "open", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
