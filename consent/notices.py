"""The notice: what people are asked. Made of the catalogue, frozen as versions; what is shown is always a version.

A version counts from its publication. Whether the catalogue says something else by now is told by `is_behind`.
"""

import hashlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.template.loader import get_template
from django.utils import translation
from django.utils.translation import gettext as _

from consent.catalogue import all_purposes, ourselves, trackers_of
from consent.models import NoticeVersion, Party, Purpose, Tracker
from consent.models.catalogue import in_words
from consent.vocabulary import Basis
from privacy import audit
from privacy.actors import Actor
from privacy.package import signing

# Any constant: no two publications at once.
PUBLISH_LOCK = 7_264_931_008_114_236
# Each process looks once in so many seconds whether another one published a version.
LOOKS_AGAIN_SECONDS = 5.0
SHOWN_BY = ("components/consent_banner.html", "consent/settings.html")


class NothingToPublish(Exception):
    """The newest version says already what the catalogue says."""


@dataclass(frozen=True)
class Notice:
    """The version in force. `contents` by language; `material` is the newest number that asks everybody again.

    `changes` has what each version says of itself, by language and number, newest first.
    """

    number: int
    material: int
    contents: Mapping[str, Mapping[str, Any]]
    ids: Mapping[str, int]
    hashes: Mapping[str, str]
    changes: Mapping[str, Mapping[int, str]] = field(default_factory=dict)

    @property
    def content(self) -> Mapping[str, Any]:
        """What it says in the active language; in the site's first one where it was not published in that."""
        return self.contents[self.language]

    @property
    def language(self) -> str:
        """The language of `content`."""
        wanted = translation.get_language() or settings.LANGUAGE_CODE
        return wanted if wanted in self.contents else settings.LANGUAGE_CODE

    @property
    def sha256(self) -> str:
        """The hash of `content`: what a picture of it is named after."""
        return self.hashes[self.language]

    @cached_property
    def asked(self) -> tuple[str, ...]:
        """The codes of the purposes that need consent, in order."""
        return tuple(purpose["code"] for purpose in self.content["purposes"] if purpose["asked"])

    @cached_property
    def quiet(self) -> frozenset[str]:
        """Those of them about which nobody is asked, since nothing lies in a browser for them: they can be refused."""
        return frozenset(purpose["code"] for purpose in self.content["purposes"] if purpose["quiet"])

    @cached_property
    def gpc_denies(self) -> frozenset[str]:
        """Those that Global Privacy Control refuses for its sender."""
        return frozenset(purpose["code"] for purpose in self.content["purposes"] if purpose["gpc_denies"])


@dataclass(frozen=True)
class Difference:
    """One thing that the published notice says otherwise; `old` is empty for what is new, `new` for what is gone."""

    language: str
    place: str
    old: str
    new: str


class _Remembered:
    """The notice in force, kept in the process: a page that shows it costs no query."""

    def __init__(self) -> None:
        self.notice: Notice | None = None
        self.until = 0.0

    def get(self) -> Notice | None:
        """The notice; asks the database when it was not asked lately."""
        now = time.monotonic()
        if now >= self.until:
            self.notice = _in_force(self.notice)
            self.until = now + LOOKS_AGAIN_SECONDS
        return self.notice

    def forget(self) -> None:
        """Look again the next time."""
        self.notice, self.until = None, 0.0


_remembered = _Remembered()


def current() -> Notice | None:
    """The notice in force; None where none is published, so that nothing is asked and nothing is allowed."""
    return _remembered.get()


def forget() -> None:
    """Have this process look into the database again."""
    _remembered.forget()


def drafted(language: str) -> dict[str, Any]:
    """What the catalogue says now, as a version in this language would freeze it."""
    with translation.override(language):
        return {
            "language": language,
            "controller": _party(ourselves()),
            "jurisdiction": settings.CONSENT_JURISDICTION,
            "storage": _("our own servers, and your browser"),
            "valid_days": settings.CONSENT_DAYS,
            "proof_days": settings.CONSENT_PROOF_DAYS,
            "title": _("May we remember something in this browser?"),
            "intro": _(
                "What the site cannot do without needs no question. The rest is your choice; the site works either way."
            ),
            "scope": _(
                "While you are signed in, your choice counts on every device where you are signed in; otherwise in this"
                " browser."
            ),
            "until": _(
                "We keep your choice for %(days)d days, yes or no. Change it at any time at the bottom of every page."
            )
            % {"days": settings.CONSENT_DAYS},
            "accept": _("Accept all"),
            "refuse": _("Refuse all"),
            "choose": _("Choose"),
            "purposes": [_purpose(purpose) for purpose in all_purposes()],
        }


def is_behind() -> bool:
    """Whether the catalogue says other than the version in force, or none is published."""
    return bool(differences())


def differences() -> list[Difference]:
    """What the version in force says otherwise than the catalogue does now, place by place and language by language."""
    return _differences(_drafts())


def _drafts() -> dict[str, dict[str, Any]]:
    """What the catalogue says now, in every language; publishing compares and freezes the same words."""
    return {code: drafted(code) for code, _name in settings.LANGUAGES}


def _differences(drafts: Mapping[str, Mapping[str, Any]]) -> list[Difference]:
    notice = current()
    found: list[Difference] = []
    for code, draft in drafts.items():
        old = dict(_flat(notice.contents.get(code, {}))) if notice else {}
        new = dict(_flat(draft))
        places = [place for place in dict.fromkeys((*old, *new)) if old.get(place) != new.get(place)]
        found += [Difference(code, place, old.get(place, ""), new.get(place, "")) for place in places]
    return found


@transaction.atomic
def publish(*, actor: Actor, material: bool, changes: Mapping[str, str]) -> int:
    """Freeze what the catalogue says now in every language as the next version; returns its number.

    `changes` says in each language what changed and why, for those who are asked again. Raises NothingToPublish.
    Atomic; counts at once in this process, and in the others within LOOKS_AGAIN_SECONDS.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [PUBLISH_LOCK])
    forget()
    drafts = _drafts()
    if not _differences(drafts):
        raise NothingToPublish
    number = (NoticeVersion.objects.aggregate(newest=Max("number"))["newest"] or 0) + 1
    shown_by = _hash_of_files()
    for code, content in drafts.items():
        row = NoticeVersion.objects.create(
            number=number,
            language=code,
            content=content,
            sha256=hash_of(content),
            template_sha256=shown_by,
            material=material,
            change=changes.get(code, ""),
        )
    audit.record(event="notice.published", actor=actor, about=row, data={"number": number, "material": material})
    forget()
    transaction.on_commit(forget)
    return number


def hash_of(content: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical form of a notice's content: the version of what was shown."""
    return hashlib.sha256(signing.canonical(content)).hexdigest()


def _in_force(known: Notice | None) -> Notice | None:
    newest = NoticeVersion.objects.aggregate(newest=Max("number"))["newest"]
    if newest is None:
        return None
    if known is not None and known.number == newest:
        return known
    rows = list(NoticeVersion.objects.filter(number=newest))
    material = NoticeVersion.objects.filter(material=True).aggregate(newest=Max("number"))["newest"]
    return Notice(
        number=newest,
        material=material or 0,
        contents={row.language: row.content for row in rows},
        ids={row.language: row.pk for row in rows},
        hashes={row.language: row.sha256 for row in rows},
        changes=_changes(),
    )


def _changes() -> dict[str, dict[int, str]]:
    found: dict[str, dict[int, str]] = {}
    told = NoticeVersion.objects.exclude(change="").order_by("-number")
    for language, number, words in told.values_list("language", "number", "change"):
        found.setdefault(language, {})[number] = words
    return found


def _flat(content: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Each text of a notice with its place, as in "purposes.stats.title"."""
    if isinstance(content, Mapping):
        for name, part in content.items():
            yield from _flat(part, f"{place}.{name}" if place else name)
    elif isinstance(content, list):
        for part in content:
            yield from _flat(part, f"{place}.{part.get('code') or part['name']}")
    else:
        yield place, str(content)


def _purpose(purpose: Purpose) -> dict[str, Any]:
    is_asked = purpose.basis == Basis.CONSENT
    return {
        "code": purpose.code,
        "asked": is_asked,
        # What needs no yes, and takes a no all the same: it stands on the page of choices, and nobody is asked.
        "quiet": is_asked and not purpose.has_something,
        "basis": purpose.basis,
        "dpv": purpose.dpv,
        "gpc_denies": purpose.gpc_denies,
        **{name: in_words(purpose.texts, name) for name in ("title", "description", "without", "data")},
        "recipients": [_party(party) for party in purpose.recipients.all()],
        "trackers": [_tracker(tracker) for tracker in trackers_of(purpose)],
    }


def _tracker(tracker: Tracker) -> dict[str, Any]:
    words = {name: in_words(tracker.texts, name) for name in ("what_for", "set_when", "lasts")}
    return {
        "name": tracker.name,
        "matching": tracker.matching,
        "kind": tracker.kind,
        "party": _party(tracker.party),
        **words,
    }


def _party(party: Party) -> dict[str, str]:
    return {name: getattr(party, name) for name in ("name", "kind", "address", "email", "url", "country")}


def _hash_of_files() -> str:
    """SHA-256 over the templates that show a notice and the style they are drawn in, as they are on this machine."""
    files = [Path(get_template(name).origin.name) for name in SHOWN_BY]  # type: ignore[attr-defined]
    files.append(settings.BASE_DIR / "static" / "css" / "consent.css")
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()
