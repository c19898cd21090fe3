"""Every kind of job, as tests need it: how some are begun, what must hold once they are done, and what always must.

Used inside the tests' process and, by the driver's other end, beside a running site. Whoever begins jobs must be the
one that looks at them: what was begun is remembered here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from accounts.models import User
from privacy.jobs import engine
from privacy.models import Job, JobState, JobStep
from privacy.vocabulary import Right
from tests.faults.works_of_letters import (
    begin_import,
    begin_letters,
    begin_mailing,
    begin_naming,
    begin_notice,
    begin_telling,
    halves_of_import,
    imported,
    letters_written,
    mailing_written,
    named,
    notice_written,
    told_of_disclosure,
)
from tests.faults.works_of_requests import begin_requests, halves_of_requests, requests_done
from tests.faults.works_of_retention import begin_sweep, halves_of_sweep, swept

Abouts = list[UUID]
Look = Callable[[Abouts], Iterator[str]]


def nothing(_abouts: Abouts) -> Iterator[str]:
    """For kinds whose batches have nothing that could be half."""
    yield from ()


@dataclass(frozen=True)
class Work:
    """Jobs of one kind.

    `begin` makes about so much of it and returns what the jobs are about; `wrong` says what does not hold once they are
    done; `halves`, at any instant, which effect stands without its marker or audit entry, or the other way round.
    `ends` is False for a job that waits for others at its end: a mailing is over when all of it has left.
    """

    kind: str
    begin: Callable[[int], Abouts]
    wrong: Look
    halves: Look = nothing
    # How much is begun so that a kill beside a running site falls into it.
    size: int = 12
    ends: bool = True


def _of_requests(right: Right, size: int) -> Work:
    return Work(right.value, lambda many: begin_requests(right, many), requests_done, halves_of_requests, size)


WORKS = {
    work.kind: work
    for work in (
        _of_requests(Right.ACCESS, 12),
        _of_requests(Right.ERASURE, 3),
        _of_requests(Right.PORTABILITY, 12),
        _of_requests(Right.RECTIFICATION, 20),
        _of_requests(Right.RESTRICTION, 20),
        _of_requests(Right.OBJECTION, 20),
        Work("retention", begin_sweep, swept, halves_of_sweep, size=60_000),
        Work("enrolment_import", begin_import, imported, halves_of_import, size=900),
        Work("mailing", begin_mailing, mailing_written, size=400, ends=False),
        Work("policy_notice", begin_notice, notice_written, size=150),
        Work("disclosure_people", begin_naming, named, size=600),
        Work("disclosure_notice", begin_telling, told_of_disclosure, size=300),
        Work("breach_letters", begin_letters, letters_written, size=300),
    )
}


@dataclass
class Begun:
    """Some jobs of a kind that were begun."""

    work: Work
    abouts: Abouts
    people: set[int] = field(default_factory=set)

    def jobs(self) -> "list[Job]":
        """Their jobs, fresh from the database."""
        return list(Job.objects.filter(kind=self.work.kind, about__in=self.abouts))

    def moving(self) -> bool:
        """Whether at least one of them is being done or done."""
        return any(job.fence for job in self.jobs())

    def progress(self) -> list[int]:
        """How often its jobs were taken up, what their markers count, how many steps and jobs are done."""
        found = self.jobs()
        steps = JobStep.objects.filter(job__in=found)
        return [
            sum(job.fence for job in found),
            sum(steps.values_list("count", flat=True)),
            steps.filter(done_at__isnull=False).count(),
            sum(job.state == JobState.DONE for job in found),
        ]

    def finished(self) -> bool:
        """Whether all of them are done, or have done all that is in their own hands."""
        found = self.jobs()
        if not self.work.ends:
            return not list(self.work.wrong(self.abouts))
        return len(found) >= len(self.abouts) and all(job.state == JobState.DONE for job in found)

    def wrong(self) -> list[str]:
        """What does not hold though they are done."""
        return [*self.work.wrong(self.abouts), *self.work.halves(self.abouts)]

    def halves(self) -> list[str]:
        """What stands half at this instant."""
        return list(self.work.halves(self.abouts))

    def run(self) -> None:
        """Run each of them once, here."""
        for job in self.jobs():
            engine.run(job.pk)


def begin(kind: str, many: int) -> Begun:
    """Begin jobs of a kind; in the order of the transactions that make them, whose bells ring when they commit."""
    work = WORKS[kind]
    return Begun(work, work.begin(many))


def let_go_of_people() -> None:
    """Close the accounts that earlier work made, so that a notice to all account holders goes to few."""
    User.objects.filter(email__startswith="person", is_staff=False, is_active=True).update(is_active=False)
