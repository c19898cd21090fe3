"""Tells people that the policy changes: in batches, each once per version, whoever lets us write to them."""

from collections.abc import Iterable
from functools import partial
from uuid import UUID, uuid5

from django.conf import settings
from django.utils import translation

from privacy import restriction
from privacy.jobs.context import JobContext
from privacy.jobs.registry import Step
from privacy.mail.address import contact_address
from privacy.mail.language import spoken
from privacy.mail.queue import NO_HEADERS, Outcome, one_click, queue
from privacy.models import PolicyText, PolicyVersion
from privacy.policy.register import Addressee, Audience, register
from privacy.vocabulary import Purpose

NOTICE = "policy_notice"
AT_ONCE = 100
# News about the service that nobody asked for: whoever had the use of their data stopped gets none.
_WHY = Purpose.SERVICE_MESSAGES


def notice_id(number: int) -> UUID:
    """What the job and the messages about a version are about."""
    return UUID(int=number)


def notice_steps(context: JobContext) -> Iterable[Step]:
    """One step for each batch of each audience; where a batch ended is in its marker, so a death loses none."""
    version = PolicyVersion.objects.get(pk=context.about.int)
    texts = {text.language: text for text in PolicyText.objects.filter(version=version).defer("clauses", "tables")}
    for audience in register.audiences.values():
        if version.material or audience.every_version:
            yield from _batches(context, audience, version, texts)


def _batches(
    context: JobContext, audience: Audience, version: PolicyVersion, texts: dict[str, PolicyText]
) -> Iterable[Step]:
    after, number, more = "", 0, True
    while more:
        name = f"{audience.name} {number}"
        yield Step(name, partial(_tell, name, audience, after, version, texts))
        done = context.detail_of(name)
        after, more, number = str(done.get("after", "")), bool(done.get("more")), number + 1


def _tell(
    name: str,
    audience: Audience,
    after: str,
    version: PolicyVersion,
    texts: dict[str, PolicyText],
    context: JobContext,
) -> None:
    limit = context.at_once(AT_ONCE)
    with context.effect(name) as marker:
        people = audience.people(after, limit)
        willing = {person.digest for person in restriction.allowed((one.subject for one in people), _WHY)}
        reached = [one for one in people if one.subject.digest in willing]
        marker.count = sum(_write(one, audience, version, texts) for one in reached)
        marker.detail = {"after": people[-1].key if people else after, "more": len(people) == limit}


def _write(one: Addressee, audience: Audience, version: PolicyVersion, texts: dict[str, PolicyText]) -> bool:
    language = spoken(one.language)
    with translation.override(language):
        outcome = _queue(one, audience, version, texts[language])
    return outcome is Outcome.ACCEPTED


def _queue(one: Addressee, audience: Audience, version: PolicyVersion, text: PolicyText) -> Outcome:
    return queue(
        to=one.email,
        template="privacy/policy_changed",
        context={
            "number": version.number,
            "effective_on": version.effective_on,
            "material": version.material,
            "changed": text.changed,
            "page": f"{settings.SITE_URL}{register.address(version.number)}",
            "contact": contact_address(),
            "end_url": one.end_url,
        },
        about=uuid5(notice_id(version.number), f"{audience.name}:{one.key}"),
        purpose=_WHY,
        headers=one_click(one.end_url) if one.end_url else NO_HEADERS,
    )
