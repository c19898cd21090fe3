"""Every figure that is read when /metrics is asked for: one table, and for each group of it what reads it.

Each group asks by index, or of what is counted as it happens (docs/decisions/0046); none walks through what is done.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, Sum

from consent import figures as consent_figures
from occicor import backups, health
from occicor.watching.metric import Metric
from privacy import attention, heartbeats, work_health
from privacy.jobs.chore_runs import standings
from privacy.models import Job, JobState
from privacy.retention.last import last_sweep
from privacy.small_counts import SMALLEST, drawn
from privacy.work_health import Waiting
from rights_requests.models import CLOSED_STATES, AnswerCount, Message, RightsRequest
from rights_requests.standing_now import recipients_overdue
from rights_requests.vocabulary import MessageKind
from visitors.well_known import security_txt_days

SOON = timedelta(days=7)
DAY_SECONDS = 86_400
# So many sealed days of choices about cookies are told.
CONSENT_DAYS = 30
# What one group of figures may cost the database at most.
MOST_MILLISECONDS = 3000

Sample = tuple[str, tuple[str, ...], float]
Samples = Iterator[Sample]


@dataclass(frozen=True)
class Group:
    """Figures that are read together."""

    title: str
    read: Callable[[datetime], Samples]
    metrics: tuple[Metric, ...]
    # Whether it asks the database, which then has MOST_MILLISECONDS for each question; else it minds its errors itself.
    asks: bool = True


def _parts(_now: datetime) -> Samples:
    for part, state in health.report().items():
        yield "part_well", (part,), float(state == health.OK)
    yield "security_txt_seconds", (), float(security_txt_days() * DAY_SECONDS)


def _backups(now: datetime) -> Samples:
    try:
        found = backups.newest()
    except (OSError, ValueError):
        return  # part_well says so
    if found is not None:
        yield "backup_failed", (), float(found.failed_at is not None)
        yield "backup_age_seconds", (), _age(found.made_at or found.expected_from, now)
        yield "backup_bytes", (), found.size


def _signs_of_life(now: datetime) -> Samples:
    for part, seen in heartbeats.last_seen().items():
        if seen is not None:
            yield "heartbeat_age_seconds", (part,), _age(seen, now)


def _requests(now: datetime) -> Samples:
    runs = Q(paused_at=None)
    late, soon = runs & Q(due_at__lt=now), runs & Q(due_at__gte=now, due_at__lt=now + SOON)
    counts = {"open": Count("due_at"), "late": Count("due_at", filter=late), "soon": Count("due_at", filter=soon)}
    unfinished = RightsRequest.objects.filter(~Q(state__in=CLOSED_STATES)).order_by()
    by_right: dict[str, Counter[str]] = {}
    for row in unfinished.values("right", "state").annotate(**counts):
        yield "requests_open", (row["right"], row["state"]), row["open"]
        by_right.setdefault(row["right"], Counter()).update(late=row["late"], soon=row["soon"])
    for right, found in by_right.items():
        yield "requests_late", (right,), found["late"]
        yield "requests_due_within_seven_days", (right,), found["soon"]


def _answers(now: datetime) -> Samples:
    month = AnswerCount.objects.filter(month__gte=now.date().replace(day=1))
    for right, state, is_late, count in month.values_list("right", "state", "late").annotate(found=Sum("count")):
        yield "requests_answered_this_month", (right, state, str(is_late).lower()), count


def _people_waiting(now: datetime) -> Samples:
    unread = Message.objects.filter(kind=MessageKind.FROM_PERSON, read_at__isnull=True)
    yield "messages_unread", (), unread.count()
    yield "recipients_overdue", (), recipients_overdue(now)


def _jobs(now: datetime) -> Samples:
    for state in (JobState.QUEUED, JobState.RUNNING, JobState.NEEDS_STAFF):
        rows = Job.objects.filter(state=state).order_by().values_list("kind").annotate(found=Count("pk"))
        for kind, count in rows:
            yield "jobs", (kind, state.value), count
    yield "job_oldest_waiting_seconds", (), _waited(work_health.jobs().waiting, now)


def _mail(now: datetime) -> Samples:
    unsent = work_health.unsent_mail()
    yield "mail_waiting", (), unsent.count
    yield "mail_oldest_waiting_seconds", (), _waited(unsent, now)
    yield "mail_given_up", (), attention.failed_mail()


def _chores(now: datetime) -> Samples:
    for standing in standings(now=now):
        yield "chore_well", (standing.chore.name,), float(standing.well)
        if standing.run is not None and standing.run.finished_at is not None:
            yield "chore_age_seconds", (standing.chore.name,), _age(standing.run.finished_at, now)


def _retention(now: datetime) -> Samples:
    last = last_sweep()
    if last is not None:
        yield "retention_age_seconds", (), _age(last.finished_at, now)
        yield "retention_rows", ("deleted",), last.deleted
        yield "retention_rows", ("kept_back",), last.kept_back
        yield "retention_rows", ("left",), last.left


def _consent(_now: datetime) -> Samples:
    for purpose, (given, refused) in consent_figures.choices(CONSENT_DAYS).purposes.items():
        yield "consent_choices", (purpose, "given"), drawn(given)
        yield "consent_choices", (purpose, "refused"), drawn(refused)


GROUPS: tuple[Group, ...] = (
    Group(
        "Parts",
        _parts,
        (
            Metric("part_well", "1 while /readyz says ok of this part of the system, else 0.", ("part",)),
            Metric("security_txt_seconds", "Seconds until security.txt expires, in whole days; 0 or less: it has."),
        ),
        asks=False,
    ),
    Group(
        "Backups, where this machine keeps them",
        _backups,
        (
            Metric("backup_failed", "1 when the last try to make a backup failed, else 0."),
            Metric(
                "backup_age_seconds", "Seconds since the last was begun; before the first, since they have a folder."
            ),
            Metric("backup_bytes", "How large the last backup is."),
        ),
        asks=False,
    ),
    Group(
        "Signs of life",
        _signs_of_life,
        (Metric("heartbeat_age_seconds", "Seconds since the part was last seen.", ("part",)),),
    ),
    Group(
        "Requests of data subjects",
        _requests,
        (
            Metric("requests_open", "Requests that are not closed.", ("right", "state")),
            Metric("requests_late", "Open requests whose day is past while their clock runs.", ("right",)),
            Metric("requests_due_within_seven_days", "Open requests whose day comes within seven days.", ("right",)),
        ),
    ),
    Group(
        "Answers",
        _answers,
        (
            Metric(
                "requests_answered_this_month",
                "Requests answered in the present month (UTC), as they ended, and whether late.",
                ("right", "state", "late"),
            ),
        ),
    ),
    Group(
        "Who waits for us",
        _people_waiting,
        (
            Metric("messages_unread", "Messages of people that nobody has dealt with."),
            Metric("recipients_overdue", "Recipients that should have been told a quarter of an hour ago."),
        ),
    ),
    Group(
        "Jobs",
        _jobs,
        (
            Metric("jobs", "Unfinished jobs; needs_staff failed and waits for a person.", ("kind", "state")),
            Metric("job_oldest_waiting_seconds", "Seconds for which the oldest job that is due has waited; 0: none."),
        ),
    ),
    Group(
        "Mail",
        _mail,
        (
            Metric("mail_waiting", "Messages that may leave and that no server took yet."),
            Metric("mail_oldest_waiting_seconds", "Seconds for which the oldest of them has waited; 0: none."),
            Metric("mail_given_up", "Messages that were given up and wait for a person."),
        ),
    ),
    Group(
        "Chores of the scheduler",
        _chores,
        (
            Metric("chore_well", "1 while the chore runs as it should, 0 when it fails or is overdue.", ("chore",)),
            Metric("chore_age_seconds", "Seconds since the chore last ended well.", ("chore",)),
        ),
    ),
    Group(
        "Deletion by rule",
        _retention,
        (
            Metric("retention_age_seconds", "Seconds since the last sweep ended."),
            Metric("retention_rows", "Rows that the last sweep deleted, kept back, or left.", ("fate",)),
        ),
    ),
    Group(
        "Choices about cookies",
        _consent,
        (
            Metric(
                "consent_choices",
                f"Choices of the last {CONSENT_DAYS} sealed days; what is fewer than {SMALLEST} is 0.",
                ("purpose", "answer"),
            ),
        ),
    ),
)
# What says whether the rest is whole.
READ = Metric(
    "figures_read", "1 when the group of figures could be read, 0 when the database did not give it.", ("group",)
)


def metrics() -> Iterable[Metric]:
    """Every figure of the table."""
    return (READ, *(metric for group in GROUPS for metric in group.metrics))


def _age(seen: datetime, now: datetime) -> float:
    return max(0.0, (now - seen).total_seconds())


def _waited(waiting: Waiting, now: datetime) -> float:
    return _age(waiting.oldest, now) if waiting.oldest is not None else 0.0
