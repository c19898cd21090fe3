"""Freezes what the policy says now as a new version that nobody can change any more."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from privacy import audit
from privacy.actors import Actor
from privacy.jobs import engine
from privacy.models import PolicyText, PolicyVersion
from privacy.policy import versions
from privacy.policy.clauses import LANGUAGES
from privacy.policy.content import contents, whole_hash
from privacy.policy.notice import NOTICE, notice_id


class NothingChanged(Exception):
    """The newest version says already what would be published."""


class NotTold(Exception):
    """What changed and why is missing in some languages: `languages` names them."""

    def __init__(self, languages: list[str]) -> None:
        super().__init__(", ".join(languages))
        self.languages = languages


class TooEarly(Exception):
    """A version cannot be in force before today, nor before the version that it follows: `earliest` says from when."""

    def __init__(self, earliest: date) -> None:
        super().__init__(earliest.isoformat())
        self.earliest = earliest


@dataclass(frozen=True)
class Publication:
    """What is decided about a new version: how much it changes, what people are told, and from when it counts.

    `changed` says what changed and why, by language; the first version needs none. `effective_on` is today if empty.
    """

    material: bool
    changed: Mapping[str, str]
    effective_on: date | None = None


@transaction.atomic
def publish(*, actor: Actor, publication: Publication) -> PolicyVersion:
    """Freeze texts, tables and hashes in every language, and tell people of it, in one transaction.

    Not idempotent, but a second call finds nothing changed. Raises NothingChanged, NotTold and TooEarly, each before
    anything is written. Leaves an audit entry with the hash.
    """
    last = PolicyVersion.objects.select_for_update().first()
    found = contents()
    digest = whole_hash({language: content.hash for language, content in found.items()})
    if last is not None and last.hash == digest:
        raise NothingChanged
    told = {language: " ".join(publication.changed.get(language, "").split()) for language in LANGUAGES}
    _check_told(last, told)
    version = PolicyVersion.objects.create(
        number=last.number + 1 if last else versions.FIRST,
        effective_on=_effective(last, publication.effective_on),
        material=publication.material,
        hash=digest,
    )
    PolicyText.objects.bulk_create(
        PolicyText(
            version=version,
            language=language,
            changed=told[language],
            clauses=content.clauses,
            tables=content.tables,
            hash=content.hash,
        )
        for language, content in found.items()
    )
    if last is not None:
        engine.enqueue(kind=NOTICE, about=notice_id(version.number))
    data: dict[str, int | bool | str] = {"number": version.number, "material": version.material, "hash": digest}
    audit.record(event="policy.published", actor=actor, about=version, data=data)
    version.refresh_from_db()
    return version


@transaction.atomic
def publish_first(*, actor: Actor) -> PolicyVersion | None:
    """Publish version 1 where nothing is published yet, as the start of a trial installation does; None otherwise."""
    if versions.newest() is not None:
        return None
    return publish(actor=actor, publication=Publication(material=True, changed={}))


def _check_told(last: PolicyVersion | None, told: Mapping[str, str]) -> None:
    missing = [language for language in LANGUAGES if not told[language]]
    if last is not None and missing:
        raise NotTold(missing)


def _effective(last: PolicyVersion | None, asked: date | None) -> date:
    earliest = max(timezone.localdate(), last.effective_on if last else date.min)
    if asked is not None and asked < earliest:
        raise TooEarly(earliest)
    return asked or earliest
