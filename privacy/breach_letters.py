"""The letters of a breach to those concerned: people named from the data map, each written to once (Art. 34 GDPR)."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils import translation

from privacy import breaches, clock
from privacy.case_words import NoticeState
from privacy.data_map.people import Concerned, some
from privacy.digests import keyed_digest
from privacy.disclosed_people import titles
from privacy.jobs.context import JobContext
from privacy.jobs.registry import Step
from privacy.mail.address import contact_address
from privacy.mail.language import spoken
from privacy.mail.queue import Letter, Outcome, queue, render
from privacy.models import Breach, BreachPerson, PolicySeen
from privacy.package.words import moment_teller
from privacy.vocabulary import Purpose

TEMPLATE = "privacy/breach"
NAMED_AT_ONCE = 2000
WRITTEN_AT_ONCE = 100


def letter_steps(context: JobContext) -> Iterable[Step]:
    """Name everybody in batches, write to everybody in batches; a death costs one batch, which is done again."""
    after, number, more = "", 0, True
    while more:
        name = f"people {number}"
        yield Step(name, partial(_name, name, after))
        done = context.detail_of(name)
        after, more, number = str(done.get("after", "")), bool(done.get("more")), number + 1
    number, more = 0, True
    while more:
        name = f"letters {number}"
        yield Step(name, partial(_write, name))
        more, number = bool(context.detail_of(name).get("more")), number + 1
    yield Step("told", _told)


def letter(found: Breach, language: str, slugs: Sequence[str]) -> Letter:
    """The letter as somebody reads it who reads `language` and of whom these holdings are concerned."""
    language = spoken(language)
    with translation.override(language):
        return render(TEMPLATE, words(found, language, slugs))


def words(found: Breach, language: str, slugs: Sequence[str]) -> dict[str, Any]:
    """What the letter says, in the active language; the officers' own words in ours where there are none in it."""
    said = found.texts.get(language) or found.texts[settings.LANGUAGE_CODE]
    return {
        "what": said["what"],
        "consequences": said["consequences"],
        "measures": said["measures"],
        "data": titles(slugs),
        "aware": moment_teller()(found.discovered_at),
        "contact": contact_address(),
        "page": f"{settings.SITE_URL}/privacy/mine/held/",
    }


def _name(name: str, after: str, context: JobContext) -> None:
    with context.effect(name) as marker:
        found = Breach.objects.get(pk=context.about.int)
        people = some(found.slugs, after, NAMED_AT_ONCE, only=breaches.keys_of(found.group))
        BreachPerson.objects.bulk_create((_person(found, one) for one in people), ignore_conflicts=True)
        marker.count = len(people)
        marker.detail = {"after": people[-1].key if people else after, "more": len(people) == NAMED_AT_ONCE}


def _person(found: Breach, one: Concerned) -> BreachPerson:
    digest = keyed_digest("user", str(one.user_id)) if one.user_id else keyed_digest("email", one.email)
    return BreachPerson(breach=found, digest=digest, user_id=one.user_id, email=one.email, slugs=list(one.slugs))


def _write(name: str, context: JobContext) -> None:
    """One batch of those who wait, held until it is committed; where each is reached is asked in two queries."""
    with context.effect(name) as marker:
        found = Breach.objects.get(pk=context.about.int)
        waiting = BreachPerson.objects.filter(breach=found, state=NoticeState.WAITING).order_by("pk")
        people = list(waiting.select_for_update(of=("self",))[:WRITTEN_AT_ONCE])
        accounts = [one.user_id for one in people if one.user_id]
        addresses = dict(get_user_model().objects.filter(pk__in=accounts).values_list("pk", "email"))
        seen = PolicySeen.objects.filter(user__in=accounts).order_by("version_id")
        languages = dict(seen.values_list("user_id", "language"))
        now = clock.now()
        for one in people:
            to = addresses.get(one.user_id, "") if one.user_id else one.email
            language = languages.get(one.user_id, "") if one.user_id else ""
            one.state = _send(found, one, str(to), language) if to else NoticeState.UNREACHABLE
            one.user_id, one.email, one.told_at = None, "", now
        BreachPerson.objects.bulk_update(people, ["state", "user_id", "email", "told_at"])
        marker.count = sum(one.state == NoticeState.TOLD for one in people)
        marker.detail = {"more": len(people) == WRITTEN_AT_ONCE}


def _send(found: Breach, one: BreachPerson, to: str, language: str) -> NoticeState:
    language = spoken(language)
    with translation.override(language):
        outcome = queue(
            to=to,
            template=TEMPLATE,
            context=words(found, language, one.slugs),
            about=uuid5(UUID(int=found.pk), one.digest),
            purpose=Purpose.LEGAL_DUTIES,
        )
    return NoticeState.STOPPED if outcome is Outcome.STOPPED else NoticeState.TOLD


def _told(context: JobContext) -> None:
    with context.effect("told"):
        breaches.told(context.about.int)
