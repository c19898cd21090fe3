"""The jobs of a disclosure: name everybody of a group, then tell everybody, batch by batch, each person once."""

from collections.abc import Iterable
from functools import partial

from privacy import clock, disclosed_people, disclosures, groups
from privacy.jobs.context import JobContext
from privacy.jobs.registry import Step
from privacy.models import Disclosure

AT_ONCE = 100


def naming_steps(context: JobContext) -> Iterable[Step]:
    """One step for each batch of the group; where it ended is in its marker."""
    after, number, more = "", 0, True
    while more:
        name = f"people {number}"
        yield Step(name, partial(_name, name, after))
        done = context.detail_of(name)
        after, more, number = str(done.get("after", "")), bool(done.get("more")), number + 1
    yield Step("named", _named)


def notice_steps(context: JobContext) -> Iterable[Step]:
    """One step for each batch of people who wait; who was told waits no more, so a death doubles nobody."""
    number, more = 0, True
    while more:
        name = f"tell {number}"
        yield Step(name, partial(_tell, name))
        more, number = bool(context.detail_of(name).get("more")), number + 1
    yield Step("told", _told)


def _name(name: str, after: str, context: JobContext) -> None:
    limit = context.at_once(AT_ONCE)
    with context.effect(name) as marker:
        found = Disclosure.objects.get(pk=context.about.int)
        people = groups.some(found.group, after, limit)
        marker.count = disclosed_people.name_people(found, ((one.subject, one.language) for one in people))
        marker.detail = {"after": people[-1].key if people else after, "more": len(people) == limit}


def _named(context: JobContext) -> None:
    with context.effect("named"):
        Disclosure.objects.filter(pk=context.about.int).update(named_at=clock.now())
        disclosures.tell_if_due(Disclosure.objects.get(pk=context.about.int))


def _tell(name: str, context: JobContext) -> None:
    limit = context.at_once(AT_ONCE)
    with context.effect(name) as marker:
        people = disclosed_people.waiting(context.about.int, limit)
        marker.count = disclosed_people.tell(Disclosure.objects.get(pk=context.about.int), people)
        marker.detail = {"more": len(people) == limit}


def _told(context: JobContext) -> None:
    with context.effect("told"):
        disclosures.told(context.about.int)
