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
from privacy.data_map.people import Concerned, languages_of, some
from privacy.digests import keyed_digest
from privacy.disclosed_people import titles
from privacy.inert import inert
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
    """The letter as somebody reads it who reads `language` and of whom these holdings are concerned.

    Nobody knows what somebody reads whose `language` is empty: they get it in every language in which it was written.
    """
    languages = _languages(found, language)
    with translation.override(languages[0]):
        return render(TEMPLATE, words(found, languages, slugs))


def words(found: Breach, languages: Sequence[str], slugs: Sequence[str]) -> dict[str, Any]:
    """What the letter says, once in each language; the officers' own words in ours where there are none in it."""
    return {"letters": [_words(found, language, slugs) for language in languages]}


def _languages(found: Breach, known: str) -> list[str]:
    if known:
        return [spoken(known)]
    ours = settings.LANGUAGE_CODE
    return [ours, *(code for code, _name in settings.LANGUAGES if code in found.texts and code != ours)]


def _words(found: Breach, language: str, slugs: Sequence[str]) -> dict[str, Any]:
    said = found.texts.get(language) or found.texts[settings.LANGUAGE_CODE]
    with translation.override(language):
        return {
            "language": language,
            "what": inert(said["what"]),
            "consequences": inert(said["consequences"]),
            "measures": inert(said["measures"]),
            "data": titles(slugs),
            "aware": moment_teller()(found.discovered_at),
            "contact": contact_address(),
            "page": f"{settings.SITE_URL}/privacy/mine/held/",
        }


def _name(name: str, after: str, context: JobContext) -> None:
    limit = context.at_once(NAMED_AT_ONCE)
    with context.effect(name) as marker:
        found = Breach.objects.get(pk=context.about.int)
        people = some(found.slugs, after, limit, only=breaches.keys_of(found.group))
        BreachPerson.objects.bulk_create((_person(found, one) for one in people), ignore_conflicts=True)
        marker.count = len(people)
        marker.detail = {"after": people[-1].key if people else after, "more": len(people) == limit}


def _person(found: Breach, one: Concerned) -> BreachPerson:
    digest = keyed_digest("user", str(one.user_id)) if one.user_id else keyed_digest("email", one.email)
    return BreachPerson(breach=found, digest=digest, user_id=one.user_id, email=one.email, slugs=list(one.slugs))


def _write(name: str, context: JobContext) -> None:
    """One batch of those who wait, held until it is committed; where each is reached is asked in two queries."""
    limit = context.at_once(WRITTEN_AT_ONCE)
    with context.effect(name) as marker:
        found = Breach.objects.get(pk=context.about.int)
        waiting = BreachPerson.objects.filter(breach=found, state=NoticeState.WAITING).order_by("pk")
        people = list(waiting.select_for_update(of=("self",))[:limit])
        accounts = [one.user_id for one in people if one.user_id]
        addresses = dict(get_user_model().objects.filter(pk__in=accounts).values_list("pk", "email"))
        seen = PolicySeen.objects.filter(user__in=accounts).order_by("version_id")
        languages = dict(seen.values_list("user_id", "language"))
        written_in = languages_of({one.email for one in people if one.email})
        now = clock.now()
        for one in people:
            to = addresses.get(one.user_id, "") if one.user_id else one.email
            language = (languages.get(one.user_id, "") if one.user_id else "") or written_in.get(str(to), "")
            one.state = _send(found, one, str(to), language) if to else NoticeState.UNREACHABLE
            one.user_id, one.email, one.told_at = None, "", now
        BreachPerson.objects.bulk_update(people, ["state", "user_id", "email", "told_at"])
        marker.count = sum(one.state == NoticeState.TOLD for one in people)
        marker.detail = {"more": len(people) == limit}


def _send(found: Breach, one: BreachPerson, to: str, language: str) -> NoticeState:
    languages = _languages(found, language)
    with translation.override(languages[0]):
        outcome = queue(
            to=to,
            template=TEMPLATE,
            context=words(found, languages, one.slugs),
            about=uuid5(UUID(int=found.pk), one.digest),
            purpose=Purpose.LEGAL_DUTIES,
        )
    return NoticeState.STOPPED if outcome is Outcome.STOPPED else NoticeState.TOLD


def _told(context: JobContext) -> None:
    with context.effect("told"):
        breaches.told(context.about.int)
