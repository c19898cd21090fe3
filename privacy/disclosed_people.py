"""Whose data a disclosure was about: named once each, told once each, and shown it from then on (Art. 15(1)(c))."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import F, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django_countries import countries

from privacy import clock
from privacy.case_words import NoticeState
from privacy.data_map.reach import rows
from privacy.data_map.registry import registry
from privacy.data_map.subject import Subject, without_reused
from privacy.digests import renewed_all
from privacy.mail.address import contact_address
from privacy.mail.language import spoken
from privacy.mail.queue import Outcome, queue
from privacy.models import DisclosedDigest, DisclosedPerson, Disclosure, PolicySeen
from privacy.package.manifest import NamedRecipient
from privacy.package.seal import rewrap_key, unwrap_key, wrap_key
from privacy.package.words import moment_teller
from privacy.vocabulary import Purpose

TEMPLATE = "privacy/disclosed"
_STATES = {
    Outcome.ACCEPTED: NoticeState.TOLD,
    Outcome.KNOWN: NoticeState.TOLD,
    Outcome.STOPPED: NoticeState.STOPPED,
}


def name_people(disclosure: Disclosure, people: Iterable[tuple[Subject, str]]) -> int:
    """Name these people, each with their language; who is named already is left out. How many came."""
    found = {one.digest: (one, language) for one, language in people}
    every = {same: one.digest for one, _language in found.values() for same in one.same_digests}
    known = {every[digest] for digest in disclosure.people.filter(digest__in=every).values_list("digest", flat=True)}
    fresh = [(digest, *found[digest]) for digest in sorted(set(found) - known)]
    made = DisclosedPerson.objects.bulk_create(
        DisclosedPerson(
            disclosure=disclosure, digest=digest, sealed=_seal(one, disclosure.pk, digest), language=language
        )
        for digest, one, language in fresh
    )
    DisclosedDigest.objects.bulk_create(
        DisclosedDigest(person=person, digest=digest)
        for person, (_digest, one, _language) in zip(made, fresh, strict=True)
        for digest in sorted(renewed_all(one.digests()))
    )
    return len(made)


def waiting(disclosure_id: int, limit: int) -> list[DisclosedPerson]:
    """The next ones who are not told, held until the caller's transaction ends."""
    found = DisclosedPerson.objects.filter(disclosure=disclosure_id, state=NoticeState.WAITING)
    return list(found.select_for_update(of=("self",)).order_by("pk")[:limit])


def tell(disclosure: Disclosure, people: Sequence[DisclosedPerson]) -> int:
    """Write to these people and show them the disclosure, in the caller's transaction; how many were written to."""
    written = 0
    for person in people:
        person.state = _write(disclosure, person)
        person.told_at, person.sealed = clock.now(), None
        person.save(update_fields=["state", "told_at", "sealed"])
        written += person.state == NoticeState.TOLD
    digests = DisclosedDigest.objects.filter(person__in=[person.pk for person in people])
    digests.update(shown_to=F("digest"))
    return written


def shown(subject: Subject) -> QuerySet[Any]:
    """The disclosures that a person may know of, as the data map reaches them."""
    return rows(registry.holdings["privacy.disclosure"], subject).order_by("-happened_at")


def named(subject: Subject) -> Iterator[NamedRecipient]:
    """Those to whom data of the person was disclosed, for the answer to a request for access (Art. 15(1)(c))."""
    teller = moment_teller()
    for one in shown(subject):
        said = _("%(why)s On %(when)s.") % {"why": one.why, "when": teller(one.happened_at)}
        yield NamedRecipient(one.to_name, said, one.country, frozenset(one.slugs))


def titles(slugs: Iterable[str]) -> list[str]:
    """What these holdings are called, in the active language."""
    named_ones = (registry.holding_named(slug) for slug in slugs)
    return [str(one.title) for one in named_ones if one is not None]


def _write(disclosure: Disclosure, person: DisclosedPerson) -> NoticeState:
    subject = without_reused(_open(person))
    to, language = _reached(subject) if subject else ("", "")
    if not to:
        return NoticeState.UNREACHABLE
    with translation.override(spoken(person.language or language)):
        outcome = queue(
            to=to,
            template=TEMPLATE,
            context=letter(disclosure),
            about=uuid5(UUID(int=disclosure.pk), person.digest),
            purpose=Purpose.LEGAL_DUTIES,
        )
    return _STATES[outcome]


def letter(disclosure: Disclosure) -> dict[str, Any]:
    """What the letter about a disclosure says, in the active language."""
    return {
        "name": disclosure.to_name,
        "kind": str(disclosure.get_to_kind_display()),
        "country": str(countries.name(disclosure.country)),
        "when": moment_teller()(disclosure.happened_at),
        "what": titles(disclosure.slugs),
        "why": disclosure.why,
        "power": " ".join(filter(None, (disclosure.power, disclosure.reference))),
        "forbidden": disclosure.withheld_reason,
        "page": f"{settings.SITE_URL}/privacy/mine/disclosed/",
        "contact": contact_address(),
    }


def _reached(subject: Subject) -> tuple[str, str]:
    """Where the person reads letters today and in which language: their account's address, else one that is known."""
    account = get_user_model().objects.filter(pk=subject.user_id)  # type: ignore[misc] # None finds nobody
    address = account.values_list("email", flat=True).first()
    seen = (
        PolicySeen.objects.filter(user=subject.user_id).order_by("-version_id")
        if address
        else PolicySeen.objects.none()
    )
    language = seen.values_list("language", flat=True).first()
    return str(address or min(subject.emails, default="")), str(language or "")


def _seal(subject: Subject, disclosure_id: int, digest: str) -> bytes:
    return wrap_key(json.dumps(subject.as_json()).encode(), _purpose(disclosure_id, digest))


def _open(person: DisclosedPerson) -> Subject:
    sealed = person.sealed or b""
    return Subject.from_json(json.loads(unwrap_key(sealed, _purpose(person.disclosure_id, person.digest))))


def rewrapped(person: DisclosedPerson) -> Mapping[str, Any]:
    """What changes in the row so that what it seals is under the key of today; nothing where it is."""
    fresh = rewrap_key(person.sealed or b"", _purpose(person.disclosure_id, person.digest))
    return {} if fresh is None else {"sealed": fresh}


def _purpose(disclosure_id: int, digest: str) -> bytes:
    return f"disclosed:{disclosure_id}:{digest}".encode()
