"""What shows today that promises are kept: each app registers what it looks at; here it is judged."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from privacy.jobs.chore_runs import ChoreStanding, patience, standings
from privacy.promises.catalogue import PROMISES, Promise
from privacy.promises.tests import tests_of


class Kept(TextChoices):
    """How a promise, or one piece of evidence, stands; the worst comes first."""

    BROKEN = "broken", _("broken")
    STALE = "stale", _("stale")
    UNSEEN = "unseen", _("by tests only")
    KEPT = "kept", pgettext_lazy("of a promise", "kept")


@dataclass(frozen=True)
class Evidence:
    """One thing that was looked at: what it is, what it says, when it last happened, and how old that may be.

    `good` says whether it speaks for the promises. Evidence without `max_age` is of this very moment.
    """

    promises: Sequence[str]
    title: Any
    says: Any = ""
    at: datetime | None = None
    max_age: timedelta | None = None
    good: bool = True

    def stands(self, now: datetime) -> Kept:
        """Broken where it speaks against the promise, stale where it is older than it may be or never happened."""
        if not self.good:
            return Kept.BROKEN
        if self.max_age is not None and (self.at is None or now - self.at > self.max_age):
            return Kept.STALE
        return Kept.KEPT


@dataclass(frozen=True)
class Found:
    """A promise with its evidence, each piece as it stands, and the tests that prove it."""

    promise: Promise
    evidence: Sequence[tuple[Evidence, Kept]]
    tests: Sequence[str]

    @property
    def against(self) -> list[tuple[Evidence, Kept]]:
        """What speaks against it, or is too old to speak for it."""
        return [(piece, state) for piece, state in self.evidence if state != Kept.KEPT]

    @property
    def speaking(self) -> list[tuple[Evidence, Kept]]:
        """What speaks for it."""
        return [(piece, state) for piece, state in self.evidence if state == Kept.KEPT]

    @property
    def stands(self) -> Kept:
        """As its worst evidence; where nothing looks at it while the site runs, only its tests speak for it, if any."""
        states = {state for _evidence, state in self.evidence}
        if not states:
            return Kept.UNSEEN if self.tests else Kept.BROKEN
        return next(state for state in Kept if state in states)


Source = Callable[[datetime], Iterable[Evidence]]
_sources: list[Source] = []


def evidence_source(source: Source) -> Source:
    """Register the decorated function, in an app's `promise_evidence`: it is given the instant, and asks few questions.

    The page asks all sources together; they may put at most twenty questions to the database.
    """
    if source not in _sources:
        _sources.append(source)
    return source


def promises_now(now: datetime) -> list[Found]:
    """Every promise with its evidence at an instant, in the order of the policy."""
    pieces = list(_all(now))
    tests = tests_of()
    return [
        Found(
            promise,
            [(piece, piece.stands(now)) for piece in pieces if promise.id in piece.promises],
            tests.get(promise.id, ()),
        )
        for promise in PROMISES
    ]


def _all(now: datetime) -> Iterator[Evidence]:
    yield from (_of_chore(standing) for standing in standings(now=now) if standing.chore.keeps)
    for source in _sources:
        yield from source(now)


def _of_chore(standing: ChoreStanding) -> Evidence:
    run = standing.run
    return Evidence(
        promises=standing.chore.keeps,
        title=standing.chore.name,
        says=run.failure if run and standing.failing else "",
        at=run.finished_at if run else None,
        max_age=patience(standing.chore),
        good=not standing.failing,
    )
