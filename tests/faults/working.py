"""What the driver can do with work of any kind inside a running site; needs the site's settings."""

from datetime import datetime

from celery import current_app
from django.conf import settings
from kombu.exceptions import KombuError
from redis import Redis, RedisError

from accounts.models import User
from privacy import audit, clock
from privacy.ledger.gate import standing
from privacy.ledger.verify import audit_anchors, verify
from privacy.models import Heartbeat, Job
from rights_requests.models import RightsRequest
from tests.factories import make_user
from tests.faults import works
from tests.faults.commands import while_it_comes_back
from tests.rights_requests.browsing import browser_of
from visitors.models import ContactMessage

_begun: list[works.Begun] = []


def begin_work(*, kind: str, size: int = 0) -> int:
    """Begin jobs of a kind, as much as a kill needs unless a size is named; the number under which to ask for them."""
    _begun.append(works.begin(kind, size or works.WORKS[kind].size))
    return len(_begun) - 1


@while_it_comes_back
def work_moves(*, number: int) -> bool:
    """Whether a worker has taken some of it up."""
    return _begun[number].moving()


@while_it_comes_back
def progress_of_work(*, number: int) -> list[int]:
    """How often it was taken up, and how far it is: another list means that it went on."""
    return _begun[number].progress()


@while_it_comes_back
def work_is_finished(*, number: int) -> bool:
    """Whether all of it is done."""
    return _begun[number].finished()


@while_it_comes_back
def wrong_with_work(*, number: int) -> list[str]:
    """What does not hold of it though it is done, and its jobs that wait for staff."""
    begun = _begun[number]
    stuck = [f"{job.failed_step}: {job.failure}" for job in begun.jobs() if job.failed_step and not begun.finished()]
    return [*stuck, *begun.wrong()]


@while_it_comes_back
def wrong_with_chains() -> list[str]:
    """What a walk over ledger and audit finds, and whether the site is closed behind its ledger."""
    found = verify()
    told = [found.problem] if found.problem else []
    if standing().value != "ok":
        told.append(f"the ledger: {standing().value}")
    return told if audit.verify(audit_anchors()).ok else [*told, "the audit's chain is broken"]


def let_go_of_people() -> None:
    """Close the accounts that earlier work made."""
    works.let_go_of_people()


def kinds_of_work() -> list[str]:
    """Every kind there is work of."""
    return sorted(works.WORKS)


def other(*, email: str) -> str:
    """A person of whom little is on record; their id."""
    return str(make_user(email).pk)


def signed_in(*, user: str) -> dict[str, str]:
    """The cookies of a browser in which this person has just signed in."""
    client = browser_of(User.objects.get(pk=user))
    return {name: morsel.value for name, morsel in client.cookies.items()}


@while_it_comes_back
def filed_by(*, user: str) -> list[str]:
    """The references of what a person asked."""
    return list(RightsRequest.objects.filter(subject_user=user).values_list("reference", flat=True))


@while_it_comes_back
def letters_with(*, mark: str) -> int:
    """How many messages from visitors say this."""
    return ContactMessage.objects.filter(text=mark).count()


@while_it_comes_back
def attempts_of(*, request: str) -> int:
    """How often a request's job was taken up."""
    return Job.objects.get(about=request).fence


def ring_as_another_version_would(*, request: str) -> None:
    """A bell with a word too many, one of a task that is not known here, and one of no job."""
    job = str(Job.objects.get(about=request).pk)
    current_app.signature("privacy.run_job", args=(job, "loudly")).apply_async()
    current_app.signature("rights_requests.carry_out", args=(job,)).apply_async()
    current_app.signature("privacy.run_job", args=("no id",)).apply_async()


def deafen() -> None:
    """Have the worker take nothing more from the broker, and say nothing of it."""
    current_app.control.cancel_consumer(current_app.conf.task_default_queue)


@while_it_comes_back
def moment() -> str:
    """The database's present instant, for `is_back`."""
    return clock.now().isoformat()


@while_it_comes_back
def is_back(*, part: str, since: str) -> bool:
    """Whether a part that was started again since then answers, and does not merely run."""
    if part == "worker":
        try:
            return bool(current_app.control.broadcast("ping", reply=True, timeout=0.3, limit=1))
        except (OSError, RedisError, KombuError):  # the broker is not back either
            return False
    if part == "scheduler":
        return Heartbeat.objects.filter(part=part, beat_at__gt=datetime.fromisoformat(since)).exists()
    if part == "valkey":
        try:
            return bool(Redis.from_url(settings.REDIS_URL, socket_timeout=1, retry=None).ping())
        except (OSError, RedisError):
            return False
    return True
